"""Which IP addresses the server may connect to for a picture.

`ipaddress.is_global` alone lets `::127.0.0.1`, `64:ff9b::7f00:1` and `2002:7f00:1::` through and changes with Python's
version, so the special ranges stand here: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and
updates), multicast, and addresses that clouds give to services of their own.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared between carriers and customers
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host services
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)
_LOW_32 = 0xFFFFFFFF


def is_public(text: str) -> bool:
    """Whether this is the text of an address anyone on the internet has, also after unwrapping embedded IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    return address.scope_id is None and _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _SPECIAL_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address in _MAPPED or address in _NAT64:
        return _is_public_v4(_low_v4(address))
    if address not in _GLOBAL_V6 or any(address in network for network in _SPECIAL_V6):
        return False
    return all(_is_public_v4(inner) for inner in _embedded_v4(address))


def _embedded_v4(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses in a 6to4 (RFC 3056) or ISATAP (RFC 5214) address; Teredo is refused as a whole."""
    inner = []
    if address in _SIX_TO_FOUR:
        inner.append(IPv4Address(int(address) >> 80 & _LOW_32))
    if int(address) >> 32 & _LOW_32 in _ISATAP_MARKS:
        inner.append(_low_v4(address))
    return inner


def _low_v4(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & _LOW_32)
