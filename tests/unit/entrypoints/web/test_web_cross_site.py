"""Cross-site requests: every combination of what the three generations of browsers say."""

import pytest

from entrypoints.web.fields import Fields
from entrypoints.web.middleware.cross_site import is_ours

TRUSTED = ("https://till.example",)
HOST = ("host", "shop.example")


@pytest.mark.parametrize(
    ("sent", "ours"),
    [
        ([], True),
        ([("sec-fetch-site", "same-origin")], True),
        ([("sec-fetch-site", "none")], True),
        ([("sec-fetch-site", "same-site")], False),
        ([("sec-fetch-site", "cross-site")], False),
        ([("sec-fetch-site", "")], False),
        ([("sec-fetch-site", "Same-Origin")], False),
        ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], False),
        ([("sec-fetch-site", "cross-site"), ("origin", "https://shop.example")], False),
        ([("sec-fetch-site", "cross-site"), ("origin", "https://till.example")], True),
        ([("sec-fetch-site", "same-origin"), ("origin", "https://shop.example")], True),
        ([("origin", "https://shop.example")], True),
        ([("origin", "http://shop.example")], True),
        ([("origin", "https://shop.example:8443")], False),
        ([("origin", "https://shop.example/")], False),
        ([("origin", "https://shop.example.evil.example")], False),
        ([("origin", "https://evil.example")], False),
        ([("origin", "ftp://shop.example")], False),
        ([("origin", "shop.example")], False),
        ([("origin", "null")], False),
        ([("origin", "")], False),
        ([("origin", "https://[")], False),
        ([("origin", "https://till.example")], True),
        ([("origin", "http://till.example")], False),
        ([("origin", "https://till.example"), ("origin", "https://evil.example")], False),
    ],
)
def test_what_counts_as_ours(sent: list[tuple[str, str]], ours: bool) -> None:
    assert is_ours(Fields([(name.encode(), value.encode()) for name, value in [HOST, *sent]]), TRUSTED) is ours


def test_without_a_host_no_origin_is_ours() -> None:
    assert not is_ours(Fields([(b"origin", b"https://shop.example")]), TRUSTED)
