"""The secrets that sign and encrypt cookies are changed, in the three steps of docs/operations.md; nobody notices."""

from pathlib import Path

import pytest

from tests.harness.client import Shopper
from tests.harness.server import Server, lockstep


def secret(data_dir: Path) -> str:
    return lockstep("secrets", "generate", data_dir=data_dir).stdout.strip()


@pytest.mark.parametrize("store", ["sql", "cookie", "cookie+encrypted"])
def test_secrets_are_rotated_without_logging_anybody_out(tmp_path: Path, store: str) -> None:
    old, new = secret(tmp_path), secret(tmp_path)
    with (
        Server(tmp_path, session_store=store, session_secrets=old) as server,
        Shopper(server.base_url) as ada,
        Shopper(server.base_url, name="Bob") as bob,
    ):
        forgotten = bob.cookies["session"]
        for secrets in (f"{old},{new}", f"{new},{old}"):
            server.settings = {**server.settings, "session_secrets": secrets}
            server.restart()
            assert ada.session()["authenticated"] is True
        signed_anew = ada.cookies["session"]

        server.settings = {**server.settings, "session_secrets": new}
        server.restart()

        assert ada.session()["authenticated"] is True and ada.cookies["session"] == signed_anew
        assert bob.cookies["session"] == forgotten and bob.session()["authenticated"] is False


def test_signed_cookies_stay_readable_while_a_shop_begins_to_encrypt_them_and_if_it_goes_back(tmp_path: Path) -> None:
    with Server(tmp_path, session_store="cookie") as server, Shopper(server.base_url) as ada:
        ada.patch("/session/preferences", json={"theme": "dark"}).raise_for_status()
        cookies = [ada.cookies["session"]]
        for store in ("cookie+encrypted", "cookie"):
            server.settings = {**server.settings, "session_store": store}
            server.restart()
            session = ada.session()
            assert session["authenticated"] is True and session["preferences"] == {"theme": "dark"}
            cookies.append(ada.cookies["session"])

    signed, encrypted, signed_again = cookies
    assert signed != encrypted != signed_again
