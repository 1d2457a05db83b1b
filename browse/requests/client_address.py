"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_SENDER = 64
"""Bits of an IPv6 address that are one sender: whoever has an address has all that begin alike."""
AROUND = {4: 24, 6: 48}
"""Bits that are one network: whoever has a few addresses mostly has them there."""


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks: what a web server in front says last, where there is one, else the other end's.

    Of an IPv6 address that of its network of 64 bits. What the web server says counts only if it is an address.
    """
    return network_of(exact_address(request))


def exact_address(request: HttpRequest) -> str:
    """The same, with all bits of an IPv6 address."""
    near: str = request.META.get("REMOTE_ADDR", "")
    said = (
        request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
        if is_within(near, settings.FORWARDED_ALLOW_IPS)
        else ""
    )
    return address_in(said) or near


def address_in(text: str) -> str:
    """The address in what a web server says: without port, brackets, zone and quotes; empty where there is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, the network of an IPv6 one; what is no address stays."""
    return _network(address, {4: 32, 6: ONE_SENDER})


def network_around(address: str) -> str:
    """What counts as one network: the first three bytes of an IPv4 address, the first six of an IPv6 one."""
    return _network(address, AROUND)


def _network(address: str, bits: dict[int, int]) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network(f"{parsed}/{bits[parsed.version]}", strict=False).network_address)


def is_within(address: str, allowed: list[str]) -> bool:
    """Whether an address is one of these: addresses, networks, `*` for all."""
    if address in allowed or "*" in allowed:
        return True
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(one, strict=False) for one in allowed)
