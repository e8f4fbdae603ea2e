"""The contracts say in full what did not hold."""

import pytest

pytest.register_assert_rewrite("adapters.conformance")
