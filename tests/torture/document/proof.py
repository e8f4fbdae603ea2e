"""Whatever the document allows or forbids may be sent: no 5xx, no status that is not in it, no other shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

from tests.harness.client import Client
from tests.harness.server import Server
from tests.harness.shop import Shop
from tests.torture.document.people import KINDS, People
from tests.torture.report import Report

PROMISES: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
UNHURRIED: Final[Any] = list(HealthCheck)
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
CASES: Final = 10_000
QUICK: Final = 1_000


def run(report: Report, *, quick: bool) -> str:
    told = fuzz(QUICK if quick else CASES, report, random=not quick)
    return f"{told.total()} requests by {len(KINDS)} kinds of visitors, told {dict(sorted(told.items()))}"


def fuzz(cases: int, report: Report | None = None, *, random: bool = False) -> Counter[int]:
    """So many requests at least, about as many of each operation; what was told. Raises `AssertionError`."""
    told = Counter[int]()
    with TemporaryDirectory() as folder, Server(Path(folder) / "data") as server, Shop(server) as shop:
        schema = schemathesis.openapi.from_dict(shop.visitor().get("/openapi.json").json())
        found: Any = schema.get_all_operations()  # each well-formed, or `ok` raises
        operations, people = [one.ok() for one in found], People(shop)
        while told.total() < cases:
            each = 1 + (cases - told.total()) // (len(operations) * len(KINDS) * len(MODES))
            for operation in operations:
                for kind in KINDS:
                    told += Trial(operation, people, each, random).of(kind(people))
                if report is not None:
                    report.progress(f"{told.total()} requests")
        assert server.running and not shop.staff.violations()
        assert "Traceback" not in server.log.read_text(), server.tail()
    return told


@dataclass(frozen=True)
class Trial:
    """So many requests of one operation, and as many that break its rules; half of them about things that exist."""

    operation: APIOperation[Any, Any, Any, Any]
    people: People
    count: int
    random: bool

    def of(self, visitor: Client) -> Counter[int]:
        """Raises `AssertionError`, with the request that got an answer it should not get."""
        told = Counter[int]()
        bearer = {name: value for name, value in visitor.headers.items() if name == "authorization"}
        promises: Any = CHECKS.get_by_names(list(PROMISES))

        def send(case: Case, real: bool) -> None:
            if real:
                self.people.put_into(case)
            answer = case.call(base_url=str(visitor.base_url), headers=bearer, cookies=dict(visitor.cookies))
            told[answer.status_code] += 1
            case.validate_response(answer, checks=promises)

        for mode in MODES:
            try:
                self._given(mode)(send)()
            except Unsatisfiable:  # what takes nothing has nothing that could be wrong
                continue
            except FailureGroup as failures:
                raise AssertionError("\n".join(map(str, failures.exceptions))) from failures
        return told

    def _given(self, mode: GenerationMode) -> Any:  # a decorator
        cases = given(case=self.operation.as_strategy(generation_mode=mode), real=st.booleans())
        return lambda send: settings(
            max_examples=self.count,
            deadline=None,
            verbosity=Verbosity.quiet,
            database=None,
            derandomize=not self.random,
            suppress_health_check=UNHURRIED,
            phases=[Phase.generate],
        )(cases(send))
