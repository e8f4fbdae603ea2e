"""Unit tests run in memory; whatever they did to the shop, its laws hold afterwards."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.kit.shop import Shop

settings.register_profile("unit", max_examples=30, deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    assert shop.laws() == {}
