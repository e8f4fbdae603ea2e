"""What a proxy says of whom it speaks for, believed only from the addresses that were configured (RFC 7239)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address

MOST_HOPS: Final = 32
_ELEMENT: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
_PAIR: Final = re.compile(r'\s*([A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^";\s]*)\s*(?:;|$)')
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Hop:
    """What one proxy was told: by whom, and which site it was asked for. Empty where it does not say."""

    by: str = ""
    scheme: str = ""
    host: str = ""


class Proxies:
    """Puts the client, the scheme and the host that a trusted proxy names into the place of its own.

    Of several hops the right-most address that is no trusted proxy's is the client: what stands before it was
    written by nobody we know.
    """

    def __init__(self, app: ASGIApp, trusted: Collection[str]) -> None:
        self._app = app
        self._trusted = [ip_network(network) for network in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("client"):
            peer = address_in(scope["client"][0])
            if self._is_ours(peer):
                self._believe(scope, peer)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, peer: Address | None) -> None:
        headers = Headers(scope=scope)
        chains = [chain for chain in (_forwarded(headers), _x_forwarded(headers)) if chain]
        ends = [self._end(chain, peer) for chain in chains]
        if len({client for client, _ in ends}) != 1:  # a proxy writes one of them, and the client made up the other
            return
        scope["client"] = (str(ends[0][0]), 0)
        scheme, host = _agreed(hop.scheme for _, hop in ends), _agreed(hop.host for _, hop in ends)
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        if _HOST.fullmatch(host):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host.encode("ascii")), *others]

    def _end(self, chain: Sequence[Hop], peer: Address | None) -> tuple[Address | None, Hop]:
        """The client, and what the outermost of our proxies was asked for."""
        client, outermost = peer, chain[-1]
        for hop in reversed(chain[-MOST_HOPS:]):
            outermost = hop
            named = address_in(hop.by)
            client = named or client
            if not self._is_ours(named):
                break
        return client, outermost

    def _is_ours(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def _agreed(said: Iterable[str]) -> str:
    """What all of them say; else nothing, for one of them may be the client."""
    first, *others = set(said)
    return "" if others else first


def address_in(text: str) -> Address | None:
    """With or without a port; None for a name, `unknown` and the like. An IPv4 address is one however it is written."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d+)?", text)
    bare = bracketed[1] if bracketed else text.partition(":")[0] if text.count(":") == 1 else text
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _forwarded(headers: Headers) -> list[Hop]:
    """From the standard's own header: an element for each proxy, the nearest last."""
    elements = _ELEMENT.findall(",".join(headers.getlist("forwarded")))
    return [_hop(dict(_pairs(element))) for element in elements]


def _pairs(element: str) -> Iterable[tuple[str, str]]:
    for name, value in _PAIR.findall(element):
        yield name.lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _hop(pairs: dict[str, str]) -> Hop:
    return Hop(pairs.get("for", ""), pairs.get("proto", "").lower(), pairs.get("host", ""))


def _x_forwarded(headers: Headers) -> list[Hop]:
    """From those that came before it. A scheme or a host that stands alone is what the nearest proxy wrote for all."""
    fors, protos, hosts = (_listed(headers, f"x-forwarded-{what}") for what in ("for", "proto", "host"))
    count = max(len(fors), 1) if fors or protos or hosts else 0
    return [
        Hop(fors[place] if fors else "", _at(protos, place - count).lower(), _at(hosts, place - count))
        for place in range(count)
    ]


def _listed(headers: Headers, name: str) -> list[str]:
    return [part.strip() for value in headers.getlist(name) for part in value.split(",")]


def _at(values: Sequence[str], from_the_end: int) -> str:
    if not values:
        return ""
    return values[from_the_end] if -from_the_end <= len(values) else values[0]
