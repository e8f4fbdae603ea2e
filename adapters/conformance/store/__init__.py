"""The contract of a store: what is committed is all there and stays there, what is not has never been."""

from adapters.conformance.store.atomicity import Atomicity
from adapters.conformance.store.contents import Contents
from adapters.conformance.store.crowds import Crowds
from adapters.conformance.store.laws import Laws
from adapters.conformance.store.opening import OpenStore
from adapters.conformance.store.paging import Paging

__all__ = ["OpenStore", "StoreContract"]


class StoreContract(Contents, Atomicity, Paging, Crowds, Laws):
    """Subclass it, say with the fixture `open_store` how a store is opened, and its tests are your certificate.

    `durable` says whether what is committed outlives the store that committed it.
    """
