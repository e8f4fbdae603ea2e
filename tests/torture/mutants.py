"""Ways to break the service, and for each the proof that must notice: a proof that cannot fail proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

UNIT: Final = "tests/unit/service_layer"
REDIS: Final = "tests/integration/test_sessions_redis"
DIES: Final = "tests/proofs/test_every_line.py::test_whoever_dies_at_any_line_has_lost_and_doubled_nothing"


@dataclass(frozen=True)
class Mutant:
    """`text` is in `file` exactly once; with `replacement` in its place, `proof` (of pytest) fails."""

    name: str
    file: str
    text: str
    replacement: str
    proof: str


ALL: Final = (
    Mutant(
        "settle without compare-and-set",
        "service_layer/handlers/payments.py",
        "        if payment.status is PaymentStatus.AUTHORIZING:\n",
        "        if payment.status is not PaymentStatus.DECLINED:\n",
        f"{UNIT}/test_settling.py::TestAuthorized::test_whoever_comes_second_changes_nothing_and_is_told_the_same",
    ),
    Mutant(
        "stock released twice",
        "service_layer/handlers/cancel.py",
        "        (product.release if was_pending else product.put_back)(line.quantity)\n",
        "        (product.release if was_pending else product.put_back)(line.quantity)\n"
        "        product.put_back(line.quantity)\n",
        f"{DIES}[cancels and transfers]",
    ),
    Mutant(
        "outbox ids reused",
        "service_layer/unit_of_work.py",
        "task_message(self._ids.new(), task, payment, at)",
        'task_message(f"task-{len(self.messages.page(None, 1000))}", task, payment, at)',
        "tests/proofs/test_relays_that_cross.py::test_a_relay_that_comes_late_closes_nothing_but_its_own",
    ),
    Mutant(
        "capture before commit",
        "service_layer/flows/payments.py",
        "        answer = await ",
        "        if verdict is Verdict.AUTHORIZED:\n"
        "            await self.gateway.capture(in_flight.payment_id, timeout=ASKED)\n"
        "        answer = await ",
        f"{DIES}[orders]",
    ),
    Mutant(
        "session written before the commit",
        "adapters/sessions/memory.py",
        "        return change.secret or (",
        "        self.finish(change)\n        return change.secret or (",
        f"{UNIT}/test_sessions.py::TestOnRollback::test_an_outage_logs_nobody_out",
    ),
    Mutant(
        "Redis told before the commit",
        "adapters/sessions/redis/writing.py",
        "        super().commit()\n        self._unconfirmed.clear()\n",
        "        self._told([*self._changed, *self._nowhere])\n"
        "        super().commit()\n        self._unconfirmed.clear()\n",
        f"{REDIS}_following.py::TestNeverAhead::test_nothing_is_in_redis_before_the_commit",
    ),
    Mutant(
        "an older session replaces a newer one in Redis",
        "adapters/sessions/redis/copies.py",
        "if known < tonumber(ARGV[1]) then",
        "if true then",
        f"{REDIS}_following.py::TestInWhateverOrder::test_what_has_ended_is_brought_back_by_nobody",
    ),
    Mutant(
        "a changed session is not left in the outbox",
        "adapters/sessions/redis/writing.py",
        "super().write(_with_messages(changes, told) if told else changes)",
        "super().write(changes)",
        f"{REDIS}_crash.py::test_who_dies_between_the_commit_and_redis_leaves_it_to_the_relay",
    ),
    Mutant(
        "cookie handed over before the commit",
        "service_layer/unit_of_work.py",
        "        self._store.decide(self._visitor.finish)\n",
        "        self._visitor.finish()\n        self._store.decide(lambda: None)\n",
        f"{UNIT}/test_unit_of_work.py::test_a_cookie_exists_only_once_the_commit_does",
    ),
    Mutant(
        "finish before COMMIT (alone)",
        "service_layer/alone.py",
        "        self._commit()\n        finish()\n",
        "        finish()\n        self._commit()\n",
        f"{UNIT}/test_unit_of_work.py::test_a_commit_whose_outcome_is_unknown_hands_out_no_cookie",
    ),
    Mutant(
        "finish before COMMIT (in a group)",
        "service_layer/group.py",
        "        self.finish = finish\n",
        "        finish()\n        self.finish = lambda: None\n",
        f"{UNIT}/test_group.py::test_cookies_are_handed_out_after_the_common_commit",
    ),
    Mutant(
        "lease ignored",
        "domain/payments.py",
        "        if self.lease_until is not None and self.lease_until > now:\n            return False\n",
        "",
        f"{UNIT}/test_idempotency_in_flight.py::TestInFlight::test_one_moment_earlier_it_does_not",
    ),
    Mutant(
        "key not bound to the caller",
        "service_layer/commands/asking.py",
        'return f"{caller} {self.operation} {self.key}"',
        'return f"{self.operation} {self.key}"',
        f"{UNIT}/test_idempotency.py::TestRepeats::test_a_key_means_something_to_its_caller_only",
    ),
    Mutant(
        "no lock order between kinds",
        "service_layer/repositories.py",
        "            for kind in kinds.ALL\n            for index in",
        "            for kind in reversed(kinds.ALL)\n            for index in",
        f"{UNIT}/test_group.py::test_everything_declared_is_loaded_at_once_in_lock_order",
    ),
    Mutant(
        "no lock order between rows",
        "service_layer/identity_map.py",
        "        found = self._transaction.load(self._kind, index, wanted) if wanted else ()\n",
        "        shuffled = __import__('random').sample(wanted, len(wanted))\n"
        "        found = [e for v in shuffled for e in self._transaction.load(self._kind, index, [v])]\n",
        "tests/proofs/test_lock_order.py::test_orders_of_the_same_things_never_deadlock",
    ),
    Mutant(
        "retry without fresh state",
        "service_layer/group.py",
        "            repositories = Repositories(transaction)\n",
        '            repositories = self.__dict__.setdefault("kept", Repositories(transaction))\n',
        f"{UNIT}/test_lane.py::TestTrouble::test_after_a_conflict_each_runs_alone_and_afresh",
    ),
    Mutant(
        "a new key at the gateway for each attempt",
        "service_layer/flows/payments.py",
        "self.gateway.authorize(in_flight.payment_id, ",
        'self.gateway.authorize(f"{in_flight.payment_id}-{in_flight.attempts}", ',
        f"{DIES}[recovery of orders]",
    ),
    Mutant(
        "messages closed before they are delivered",
        "service_layer/handlers/ops.py",
        "            message.claim(now)\n",
        "            message.claim(now)\n            uow.messages.remove(message)\n",
        f"{DIES}[orders]",
    ),
    Mutant(
        "a lost commit is taken for none",
        "adapters/sql/postgres/link.py",
        "            self._resolve()\n",
        "            raise Conflict from error\n",
        "tests/proofs/test_cut_wire.py::"
        "test_whenever_the_wire_is_cut_every_order_is_placed_once_and_everybody_told_the_truth",
    ),
    Mutant(
        "an undo that forgets what was added",
        "service_layer/journal.py",
        "                del slots[name]\n",
        "                pass\n",
        "tests/proofs/test_state_machine.py::test_rows_and_session_are_both_old_or_both_new[memory]",
    ),
    Mutant(
        "the answer is not kept with the order",
        "service_layer/handlers/payments.py",
        "        _keep(uow, payment, OrderReceipt.of(order, payment))\n",
        "",
        f"{DIES}[orders]",
    ),
)
