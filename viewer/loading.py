"""What a server loads before it forks its workers, so that they share that memory."""

from __future__ import annotations

from contextlib import suppress

from django.urls import Resolver404, resolve

from viewer.compiling import load_compiled


def load_views() -> None:
    """Load the views, with them the large packages, and what compiled code needs.

    An address that there is not has Django compile the pattern of every other one, too.
    """
    with suppress(Resolver404):
        resolve("/-")
    load_compiled()
