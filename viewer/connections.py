"""A client's connection: what has come of a request, what is left of an answer, and how long it may wait.

Sockets never block. Whoever sends or takes slower than told here is let go.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from typing import Any

HEAD_S = 10.0
"""From the connection's start, or the first byte of a later request, to the end of the head."""
MOST_HEAD_BYTES = 64 * 1024
BODY_S = 10.0
"""From the end of the head to that of the body; longer by what the body takes at the least rate."""
LEAST_BODY_RATE = 16 * 1024
"""Bytes a second."""
LINGER_S = 2.0
"""After the last answer, so that a client that is still sending gets to read it (RFC 9112, 9.6)."""
MOST_LINGERING_BYTES = 16 * 1024 * 1024
WINDOW_S = 30.0
"""Within each, a client takes at least LEAST_TAKEN_BYTES of an answer, or all that is left."""
LEAST_TAKEN_BYTES = 32 * 1024
AT_ONCE_BYTES = 64 * 1024
"""How much is received, gathered and handed to the kernel in one piece."""
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_LAST_DATA = struct.Struct("52xI")
"""Of Linux' `tcp_info`: milliseconds since data came last."""
LOST = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)


class State(Enum):
    """What a connection is waited for."""

    IDLE = "the first byte of a request"
    HEAD = "the rest of a head"
    BODY = "the rest of a body"
    WORKING = "the application"
    SENDING = "the client to take the answer"
    LINGERING = "the client to close"
    CLOSED = "nothing"


class StalledError(OSError):
    """The client does not take what it asked for."""


class Pace:
    """Whether a client takes an answer fast enough: until `deadline` it must take some more."""

    def __init__(self, now: float) -> None:
        self.deadline = now + WINDOW_S
        self._taken = 0

    def taken(self, number: int, now: float) -> None:
        """The client took so many bytes."""
        self._taken += number
        if self._taken >= LEAST_TAKEN_BYTES:
            self._taken = 0
            self.deadline = now + WINDOW_S


class Outgoing:
    """What gunicorn writes an answer to, in the place of a socket: sends what the client takes and keeps the rest.

    Used by one thread at a time. Raises OSError where the client is gone.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._left = bytearray()

    def __len__(self) -> int:
        """Bytes that the client has not taken yet."""
        return len(self._left)

    def sendall(self, data: bytes) -> None:
        """Take some more of the answer."""
        self._left += data
        if len(self._left) >= AT_ONCE_BYTES:
            self.push()

    def gettimeout(self) -> float:
        """As of a socket that does not block."""
        return 0.0

    def push(self) -> int:
        """Send what the client takes now: bytes."""
        taken = 0
        try:
            while self._left:
                sent = self._sock.send(self._left[:AT_ONCE_BYTES])
                del self._left[:sent]
                taken += sent
        except BlockingIOError:
            pass
        return taken


class Stream:
    """The same for an answer of any length: waits until the client has taken what was sent. Raises StalledError too."""

    def __init__(self, sock: socket.socket, outgoing: Outgoing, goes_on: Callable[[], bool]) -> None:
        self._outgoing = outgoing
        self._goes_on = goes_on
        self._poll = select.poll()
        self._poll.register(sock, select.POLLOUT)
        hear_of_progress(sock)

    def sendall(self, data: bytes) -> None:
        """Send some more of the answer."""
        self._outgoing.sendall(data)
        if len(self._outgoing) >= AT_ONCE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Wait until the client has taken all, but for what the kernel holds."""
        pace = Pace(time.monotonic())
        while True:
            pace.taken(self._outgoing.push(), time.monotonic())
            if not len(self._outgoing):
                return
            if time.monotonic() > pace.deadline or not self._goes_on():
                raise StalledError("the client does not take the answer")
            self._poll.poll(1000)


def kept_s(sock: socket.socket) -> float:
    """Seconds that the kernel kept what came last, or a new connection; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    try:
        found = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA.size)
        return float(_LAST_DATA.unpack(found)[0]) / 1000
    except (OSError, struct.error):  # not a TCP socket
        return 0.0


def hear_of_progress(sock: socket.socket) -> None:
    """Let the kernel hold little that is not on its way, so that a slow client is told from one that stalls."""
    with contextlib.suppress(OSError, AttributeError):  # not a TCP socket; not on this system
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, AT_ONCE_BYTES)


@dataclass(eq=False)
class Connection:
    """One connection. `deadline` is on the monotonic clock; a request is one of gunicorn's, with its head read."""

    sock: socket.socket
    client: Any
    server: Any
    deadline: float
    state: State = State.IDLE
    since: float = field(default_factory=time.monotonic)
    """When it came into this state."""
    received: bytearray = field(default_factory=bytearray)
    request: Any = None
    wanted: int = 0
    """Bytes of the request's body."""
    waited_s: float = 0.0
    """How long the request lay in the kernel before it was received."""
    requests: int = 0
    answer: Any = None
    """What a stream goes on with."""
    is_last: bool = False
    """Whether the client said that it sends nothing after the request, so that it need not be waited for in the end."""
    keep: bool = False
    """Whether another request may follow the answer."""
    events: int = 0
    """What the poller waits for."""
    counted: int = 0
    """Bytes that were counted for it last."""
    lingered: int = 0

    def __post_init__(self) -> None:
        self.sock.setblocking(False)
        self.outgoing = Outgoing(self.sock)
        self.pace = Pace(0.0)

    @property
    def held(self) -> int:
        """Bytes in memory of what was received and not answered, and of what was answered and not taken."""
        body = self.wanted if self.state is State.WORKING else 0
        return len(self.received) + len(self.outgoing) + body

    def has_head(self, new: int) -> bool:
        """Whether a head stands complete in what was received, of which so many bytes are new."""
        start = max(0, len(self.received) - new - 3)
        # Lines without a carriage return are refused by gunicorn once it sees them.
        return self.received.find(b"\r\n\r\n", start) >= 0 or self.received.find(b"\n\n", start) >= 0

    def has_left(self) -> bool:
        """Whether a client that only reads closed the connection; what others sent is done without them too."""
        if self.request.method not in ("GET", "HEAD"):
            return False
        try:
            return self.sock.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def enter(self, state: State, *, within_s: float = inf) -> None:
        """Wait for something else, for so long."""
        self.state, self.since = state, time.monotonic()
        self.deadline = self.since + within_s

    def close(self) -> None:
        """For good."""
        self.state = State.CLOSED
        self.sock.close()


def least_needed(connections: Iterable[Connection]) -> list[Connection]:
    """One in fifty of those that nobody works for, at least one: idle ones first, of each kind the longest waiting."""
    order = (State.IDLE, State.LINGERING, State.HEAD, State.BODY, State.SENDING)
    waiting = [conn for conn in connections if conn.state in order]
    waiting.sort(key=lambda conn: (order.index(conn.state), conn.since))
    return waiting[: max(1, len(waiting) // 50)]
