"""More requests than can be answered: who waits for a thread, how long, and what the others are told at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings

from browse.domain.happenings import RequestRefused, tell

HEALTH, READY, METRICS = "/healthz", "/readyz", "/metrics"
"""Addresses for load balancers and monitoring, which wait behind nobody."""
MOST_WAIT_S = 1.0
"""What would wait longer for a thread is refused when it comes, or at the latest when its turn comes."""
MOST_S = 1.8
"""Most of those that are taken are answered within this time: where answers take long, less is left to wait."""
LEAST_WAIT_S = 0.25
"""Is left however long they take."""
MOST_WAITING = 512
"""Requests of one process that wait for a thread, however fast they are answered."""
CROWD = 8
"""Clients that wait for the loop at once, which are more than one visitor's browser has connections."""
LEFT_AFTER_S = 0.05
"""Whoever closes the connection after so long does not want the answer; those who do at once may only say no more."""
RETRY_AFTER_S = 5
_MEMORY = 0.1
"""How much of the estimate is the last request's."""
SWITCH_S = 0.001
"""How long a busy thread keeps the interpreter from the loop, which would else answer nobody quickly under load."""
WORDS = "This site has more visitors than it can answer right now. Please try again in a few seconds."


@dataclass(eq=False)
class Turn:
    """A request that waits for a thread; `has_left` asks whether its client closed the connection.

    It came at `since`, and is waited for since `taken`: until then it waited for the loop.
    """

    has_left: Callable[[], bool]
    since: float
    taken: float

    def is_wanted(self) -> bool:
        """Whether somebody still waits for the answer."""
        return time.monotonic() - self.taken < LEFT_AFTER_S or not self.has_left()


class Queue:
    """The requests that wait for one of so many threads, and how long one takes.

    pressing   tells how many clients wait for the worker's loop, and so in no queue yet
    """

    def __init__(self, threads: int, *, pressing: Callable[[], int] = lambda: 0) -> None:
        self._pressing = pressing
        self._threads = threads
        self._turns: dict[Turn, None] = {}  # threads take out their own
        self._takes_s = 0.0
        self._differs_s = 0.0

    def admits(self, waited_s: float = 0.0) -> bool:
        """Whether one more, that waited so long already, would have its turn in time, by what the last ones took.

        Of few, that need not be.
        """
        if waited_s >= self._most_wait_s() and not self._are_few_in_all():
            return False
        return self._has_room(waited_s) or (self._forget_those_who_left() and self._has_room(waited_s))

    def _has_room(self, waited_s: float) -> bool:
        waiting = len(self._turns)
        is_in_time = waited_s + waiting * self._takes_s / self._threads < self._most_wait_s()
        return self._are_few() or (waiting < MOST_WAITING and is_in_time)

    def _most_wait_s(self) -> float:
        """What is left of the time for an answer, when twice the mean deviation is allowed for (as RFC 6298 does)."""
        return max(LEAST_WAIT_S, min(MOST_WAIT_S, MOST_S - self._takes_s - 2 * self._differs_s))

    def _are_few(self) -> bool:
        """Whether there are no more than a single visitor's browser sends, however slow the machine is."""
        return len(self._turns) < self._threads

    def _are_few_in_all(self) -> bool:
        """The same with those that the loop has still to take: where it is late, they are most."""
        return self._are_few() and self._pressing() <= CROWD

    def _forget_those_who_left(self) -> bool:
        """Whether there were any: they keep nobody waiting, since no thread works for them."""
        left = [turn for turn in list(self._turns) if not turn.is_wanted()]
        for turn in left:
            self._turns.pop(turn, None)
        return bool(left)

    def wait(self, has_left: Callable[[], bool], waited_s: float = 0.0) -> Turn:
        """A request waits from now on, after so long until it was taken."""
        now = time.monotonic()
        turn = Turn(has_left, now - waited_s, now)
        self._turns[turn] = None
        return turn

    def begin(self, turn: Turn) -> bool:
        """It has its turn: whether that came in time, or only few wait behind it."""
        self._turns.pop(turn, None)
        return time.monotonic() - turn.since < self._most_wait_s() or self._are_few_in_all()

    def end(self, took_s: float) -> None:
        """One was answered, in so many seconds."""
        self._differs_s += _MEMORY * (abs(took_s - self._takes_s) - self._differs_s)
        self._takes_s += _MEMORY * (took_s - self._takes_s)


def busy_answer_to(request: Any, *, closes: bool) -> bytes:
    """The answer to one of gunicorn's requests, in the form that it takes."""
    tell(RequestRefused())
    is_json = request.path.startswith("/api/") or dict(request.headers).get("ACCEPT") == "application/json"
    return busy_answer(is_json=is_json, has_content=request.method != "HEAD", closes=closes)


def busy_answer(*, is_json: bool, has_content: bool, closes: bool) -> bytes:
    """503 with Retry-After, whole: made without the application, which is what there is too little of."""
    if is_json:
        kind, body = "application/json", f'{{"errors": [{{"message": "{WORDS}"}}]}}'
    else:
        kind = "text/html; charset=utf-8"
        body = (
            f"<!doctype html><html lang=en><title>Too many visitors</title><h1>Too many visitors</h1><p>{escape(WORDS)}"
        )
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Retry-After": str(RETRY_AFTER_S),
        "Cache-Control": "no-store",
        "Connection": "close" if closes else "keep-alive",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        **settings.ANSWER_HEADERS,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 503 Service Unavailable\r\n{head}\r\n{body if has_content else ''}".encode("ascii")
