"""The HTTP contract, end to end: a real process, a real socket, a cookie jar."""

import pytest

pytest.register_assert_rewrite("tests.harness")
