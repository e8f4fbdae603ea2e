"""Cross-site requests as three generations of browsers send them: by what each says of the sender, and log-in too."""

import pytest

from tests.harness.problems import assert_problem
from tests.harness.server import TRUSTED_ORIGIN
from tests.harness.shop import Shop

EVIL, NULL = "https://evil.example", "null"
SENDERS = {  # who makes the browser send it: the site as `Sec-Fetch-Site` has it, the origin, and whether it may
    "a page of ours": ("same-origin", "{own}", True),
    "the person, from the address bar": ("none", None, True),
    "a trusted page of another site": ("cross-site", TRUSTED_ORIGIN, True),
    "a trusted page of this site": ("same-site", TRUSTED_ORIGIN, True),
    "another site": ("cross-site", EVIL, False),
    "a neighbour on this site": ("same-site", "https://blog.example", False),
    "a sandboxed frame": ("cross-site", NULL, False),
    "a page of ours on another port": ("same-site", "{own}0", False),
    "the trusted page without TLS": ("cross-site", TRUSTED_ORIGIN.replace("https", "http"), False),
}
GENERATIONS = ("Sec-Fetch-Site", "Origin only", "neither")
CASES = [(generation, sender) for generation in GENERATIONS for sender in SENDERS]


def sent_by(shop: Shop, generation: str, sender: str) -> tuple[dict[str, str], bool]:
    """The headers, and whether they are let in: for a browser that says nothing, the cookie's SameSite stands guard."""
    site, origin, may = SENDERS[sender]
    origin = origin.replace("{own}", shop.server.base_url) if origin else None
    if generation == "neither":
        return {}, True
    headers = {"Origin": origin} if origin else {}
    return (headers | {"Sec-Fetch-Site": site} if generation == "Sec-Fetch-Site" else headers), may


@pytest.mark.parametrize(("generation", "sender"), CASES)
def test_what_changes_something_is_taken_from_those_who_may(shop: Shop, generation: str, sender: str) -> None:
    headers, may = sent_by(shop, generation, sender)

    answer = shop.visitor().patch("/session/preferences", json={"theme": "dark"}, headers=headers)

    if may:
        assert answer.status_code == 200
    else:
        assert_problem(answer, 403, "cross-site")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("generation", "sender"), CASES)
def test_a_log_in_is_no_exception(shop: Shop, generation: str, sender: str) -> None:
    headers, may = sent_by(shop, generation, sender)
    nobody = {"email": "nobody@example.com", "password": "a-long-and-uncommon-phrase"}

    answer = shop.visitor().post("/session", json=nobody, headers=headers)

    assert_problem(answer, 401 if may else 403, "invalid-credentials" if may else "cross-site")


@pytest.mark.parametrize(("generation", "sender"), CASES)
def test_whoever_has_the_operators_token_is_no_browser(shop: Shop, generation: str, sender: str) -> None:
    headers, _ = sent_by(shop, generation, sender)

    assert shop.staff.post("/ops/reconcile", headers=headers).status_code == 200
