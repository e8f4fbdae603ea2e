"""A thousand requests made from our own OpenAPI document: no 5xx, no status that is not in it, no other shape."""

from tests.torture.document.proof import QUICK, fuzz


def test_the_service_does_what_its_document_says_and_nothing_else():
    told = fuzz(QUICK)

    assert told.total() >= QUICK and {200, 201, 401, 403, 404, 422} <= told.keys()
