"""While the gateway is mute no transaction is open, and whoever does not need it goes on."""

from tests.torture.stall.proof import stage


def test_a_hundred_who_wait_for_the_gateway_hold_nothing_that_others_need(postgres: str):
    with stage() as at:
        assert at.stall(seconds=3)
