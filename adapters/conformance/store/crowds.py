"""Many at once: whoever comes second waits or is turned away, and nothing is lost."""

import threading
from dataclasses import replace
from functools import partial
from typing import Final

from adapters.conformance.store.opening import OpenedStore
from adapters.conformance.store.specimens import ADAS, BOBS, EUR, JPY, everything, state
from adapters.conformance.store.transactions import at_once, change, find, insistently, keep, pay_in, transaction
from domain.money import Money
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.ports.store import Store

ONE: Final = Money(1, EUR)
CROWD: Final = 4


class Crowds(OpenedStore):
    """No update is lost, nobody waits for ever."""

    def test_no_update_is_lost_in_a_crowd(self, full: Store) -> None:
        def pay() -> None:
            with transaction(full) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()

        def pay_often() -> None:
            for _ in range(10):
                insistently(pay)

        assert at_once(*[pay_often] * CROWD) == [None] * CROWD
        (account,) = find(full, kinds.ACCOUNTS, ADAS)
        assert (account.balance, account.version) == (Money(10 * CROWD, EUR), 1 + 10 * CROWD)

    def test_two_that_want_each_others_accounts_both_come_through(self, full: Store) -> None:
        met = threading.Barrier(2)
        broke = replace(everything()["accounts"][1], balance=Money(0, JPY))
        change(full, (kinds.ACCOUNTS, Changes([], [(broke, broke.version)], [])))

        def pay(*payments: tuple[str, Money]) -> None:
            with transaction(full) as opened:
                for number, payment in enumerate(payments):
                    pay_in(opened, *payment)
                    if number == 0:
                        _wait_a_little(met)
                opened.commit()

        ada, bob = (ADAS, ONE), (BOBS, Money(1, JPY))
        outcomes = at_once(partial(insistently, partial(pay, ada, bob)), partial(insistently, partial(pay, bob, ada)))

        assert outcomes == [None, None]
        assert [account.balance.amount for account in find(full, kinds.ACCOUNTS, ADAS, BOBS)] == [2, 2]

    def test_one_key_wanted_by_a_crowd_has_one_taker(self, store: Store) -> None:
        def take(number: int) -> int:
            keep(store, {"keys": [replace(everything()["keys"][1], fingerprint=str(number))]})
            return number

        outcomes = at_once(*(partial(take, number) for number in range(CROWD)))

        (winner,) = [number for number in outcomes if isinstance(number, int)]
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == CROWD - 1
        assert find(store, kinds.KEYS, everything()["keys"][1].id)[0].fingerprint == str(winner)

    def test_whoever_waits_for_another_waits_no_longer_than_its_deadline(self, full: Store) -> None:
        def pay() -> None:
            with transaction(full, seconds=0.2) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()

        with transaction(full) as opened:
            pay_in(opened, ADAS, ONE)
            (outcome,) = at_once(pay)
            opened.commit()

        assert isinstance(outcome, Conflict | Unavailable)
        assert find(full, kinds.ACCOUNTS, ADAS)[0].balance == ONE

    def test_a_reader_sees_one_moment(self, full: Store) -> None:
        """Or makes writers wait."""
        wrote = threading.Event()

        def pay() -> None:
            with transaction(full) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()
            wrote.set()

        with transaction(full, write=False) as opened:
            (before,) = opened.load(kinds.ACCOUNTS, "key", [ADAS])
            writer = threading.Thread(target=insistently, args=(pay,))
            writer.start()
            wrote.wait(timeout=0.2)
            (after,) = opened.load(kinds.ACCOUNTS, "key", [ADAS])
        writer.join()

        assert state(before) == state(after)
        assert find(full, kinds.ACCOUNTS, ADAS)[0].balance == ONE


def _wait_a_little(barrier: threading.Barrier) -> None:
    """For the other, who cannot come where writers take turns."""
    try:
        barrier.wait(timeout=0.2)
    except threading.BrokenBarrierError:
        return
