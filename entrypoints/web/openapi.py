"""The OpenAPI document: what FastAPI has gathered, and what it cannot know."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from entrypoints.web.problem_types import PROBLEM_TYPES, ProblemType

DESCRIPTION: Final = (
    "An order service whose database, HTTP session and card money move together or not at all. "
    "Money is in minor units, ids are opaque, times are RFC 3339 in UTC, refusals are RFC 9457."
)
REF: Final = "#/components/schemas/{model}"
Document = dict[str, Any]


class FieldProblem(BaseModel):
    """What is wrong, and where in the body (RFC 6901)."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A refusal or failure (RFC 9457); facts of its type are members beside these."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = []


def completed(document: Document, cookie_name: str) -> Document:
    """With the schema of problems and the ways to authenticate; without FastAPI's own idea of a 422."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=REF)
    schemas |= problem.pop("$defs") | {"Problem": problem}
    components["examples"] = {code: _example(code, kind) for code, kind in PROBLEM_TYPES.items()}
    components["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name,
            "description": "Set by POST /session.",
        },
        "ops": {"type": "http", "scheme": "bearer", "description": "The operators' token, LOCKSTEP_OPS_TOKEN."},
    }
    for item in document["paths"].values():
        for operation in item.values():
            _drop_foreign_422(operation["responses"])
    return document


def _example(code: str, kind: ProblemType) -> Document:
    document: Document = {
        "type": f"https://shop.example/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.explanation,
        "code": code,
        "request_id": "01936f1e-7c1a-7b3c-9d5e-2f4a6b8c0d1e",
    }
    if code == "validation-failed":
        document["errors"] = [{"pointer": "/items/0/quantity", "detail": "Input should be less than or equal to 999"}]
    return {"summary": kind.title, "value": document}


def _drop_foreign_422(responses: Document) -> None:
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
