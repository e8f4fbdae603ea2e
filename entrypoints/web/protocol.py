"""What reaches the socket and is not HTTP: answered by a problem document, like everything else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from entrypoints.web.middleware.envelope import SECURITY
from entrypoints.web.problems import Problem, response_to


class Protocol(HttpToolsProtocol):
    """Uvicorn's, but for the one answer that uvicorn writes by itself. For `uvicorn.Config(http=…)`."""

    def send_400_response(self, msg: str) -> None:
        request_id = self.app_state["ids"].new()
        scope: dict[str, Any] = {
            "type": "http",
            "scheme": self.scheme,
            "server": self.server,
            "root_path": self.root_path,
            "headers": [],
            "state": {"request_id": request_id},
        }
        response = response_to(Problem("malformed-request", "What came is not a request of HTTP/1.1."), scope)
        response.raw_headers += [*SECURITY, (b"x-request-id", request_id.encode()), (b"connection", b"close")]
        self.transport.write(written(response))
        self.transport.close()


def written(response: Response) -> bytes:
    """As it goes over the wire (RFC 9112, section 2.1)."""
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
