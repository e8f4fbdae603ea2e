"""What every refusal must look like (RFC 9457)."""

from typing import Any
from urllib.parse import urlsplit

import httpx2

Document = dict[str, Any]  # JSON from the wire: its shape is what the tests assert


def assert_problem(response: httpx2.Response, status: int, code: str) -> Document:
    """The answer is this very problem, fully formed; returns it for a closer look."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: Document = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert urlsplit(problem["type"]).scheme in {"http", "https"} and urlsplit(problem["type"]).netloc
    assert problem["type"].endswith(f"/problems/{code}")
    assert all(isinstance(problem[member], str) and problem[member] for member in ("title", "detail", "request_id"))
    return problem


def assert_invalid(response: httpx2.Response, *pointers: str) -> Document:
    """A 422 that points (RFC 6901) at each of `pointers`, with a word on what is wrong there."""
    problem = assert_problem(response, 422, "validation-failed")
    assert problem["errors"]
    assert all(set(error) == {"pointer", "detail"} and error["detail"] for error in problem["errors"])
    assert set(pointers) <= {error["pointer"] for error in problem["errors"]}, problem["errors"]
    return problem
