"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def sender_of(request: HttpRequest) -> str:
    """The address of whoever asks: what a web server in front says last, where there is one, else the other end's."""
    near: str = request.META.get("REMOTE_ADDR", "")
    if near not in settings.FORWARDED_ALLOW_IPS:
        return near
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:45] or near
