"""Ports on loopback for servers that a test starts."""

from __future__ import annotations

import socket
from collections import deque

MOST = 64
"""How many a process holds; the servers of earlier ones listen, or are gone."""

_held: deque[socket.socket] = deque()


def reserved_port() -> int:
    """A port that is this process's, for one server or several in turn, until it has reserved many more.

    Something is bound to it that never listens, so Linux gives it neither to another that asks for a free port nor
    to a connection on its way out. A server that sets SO_REUSEADDR, as all do, listens there none the less.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _held.append(holder)
    if len(_held) > MOST:
        _held.popleft().close()
    return int(holder.getsockname()[1])
