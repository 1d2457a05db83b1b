"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

ONE_SENDER = 64
"""Bits of an IPv6 address that are one sender: whoever has an address has all that begin alike."""


def sender_of(request: HttpRequest) -> str:
    """The address of whoever asks: what a web server in front says last, where there is one, else the other end's.

    Of an IPv6 address that of its network of 64 bits.
    """
    near: str = request.META.get("REMOTE_ADDR", "")
    if near not in settings.FORWARDED_ALLOW_IPS:
        return network_of(near)
    return network_of(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:45] or near)


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, the network of an IPv6 one; what is no address stays."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), ONE_SENDER), strict=False).network_address)
