"""Addresses that a crawl must never reach: private, local and reserved networks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_FORBIDDEN = tuple(
    ip_network(words)
    for words in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4 "
        "::/96 64:ff9b::/96 64:ff9b:1::/48 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
)


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Which addresses may be reached: all public ones, and the networks that a setting allows."""

    allowed: tuple[IPv4Network | IPv6Network, ...] = ()
    refused: set[str] = field(default_factory=set, compare=False)
    """Names that were found to lead to forbidden addresses."""

    def permits(self, address: str | IPv4Address | IPv6Address) -> bool:
        """Whether an IP address may be connected to; an IPv4 one in IPv6 clothes counts as IPv4.

        Raises ``ValueError`` for anything else than an address.
        """
        ip = ip_address(str(address).partition("%")[0])
        if isinstance(ip, IPv6Address):
            ip = ip.ipv4_mapped or ip.sixtofour or ip
        if any(ip in network for network in self.allowed):
            return True
        return not any(ip in network for network in _FORBIDDEN)

    def permits_host(self, host: str) -> bool:
        """Whether a host may be looked up; literal addresses are judged at once.

        Names are judged again when they are resolved, by the addresses that will be used.
        """
        name = unicodedata.normalize("NFKC", host).replace("。", ".").strip().strip("[]")
        name = name.rstrip(".").lower()
        try:
            return self.permits(name)
        except ValueError:
            pass
        if name == "localhost" or name.endswith(".localhost"):
            return self.permits("127.0.0.1")
        return bool(name) and not _is_loose_ipv4(name)


def _is_loose_ipv4(name: str) -> bool:
    """Whether a C library would read this name as an IPv4 address (``127.1``, ``0x7f000001``)."""
    last = name.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")
