"""An application that holds its visitors up until it is asked whether it is ready, for tests of the worker alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event
from typing import Any

LONGEST_S = 60.0
has_visitor, may_go_on = Event(), Event()


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    said = _answer(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]


def _answer(path: str) -> bytes:
    match path:
        case "/healthz":
            return b"a visitor waits" if has_visitor.is_set() else b"nobody waits"
        case "/readyz":
            may_go_on.set()
            return b"the visitor may go on"
        case "/visit":
            has_visitor.set()
            return b"gone on" if may_go_on.wait(LONGEST_S) else b"held up"
        case _:
            return b"done"
