"""One message, committed and found again: the smallest transaction there is."""

from adapters.conformance.store.specimens import NOON
from adapters.conformance.store.transactions import transaction
from adapters.sql.store import SqlStore
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.records import Message


def message(key: str) -> Message:
    return Message(id=key, name="E", payload="{}", created_at=NOON, due_at=NOON)


def tell(store: SqlStore, key: str, *, seconds: float = 30) -> None:
    """Commits one message."""
    with transaction(store, seconds=seconds) as opened:
        opened.write([(kinds.MESSAGES, Changes([message(key)], [], []))])
        opened.commit()


def told(store: SqlStore) -> list[str]:
    with transaction(store, write=False) as opened:
        return sorted(message.id for message in opened.page(kinds.MESSAGES, None, "", None, 99))
