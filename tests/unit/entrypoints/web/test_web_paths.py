"""From a path to its endpoint, also below a prefix that the server or a proxy has."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("prefix", "path", "status"),
    [("", "/livez", 200), ("/shop", "/shop/livez", 200), ("/li", "/livez", 200), ("/shop", "/shopping/livez", 404)],
)
def test_a_prefix_ends_at_a_slash(app: FastAPI, prefix: str, path: str, status: int):
    with TestClient(app, root_path=prefix) as anybody:
        assert anybody.get(path).status_code == status
