"""Ports on loopback for servers that a test starts."""

from __future__ import annotations

import socket

_reserved: list[socket.socket] = []


def reserved_port() -> int:
    """A port that is this process's until it ends, for one server or several in turn.

    Something is bound to it that never listens, so Linux gives it neither to another that asks for a free port nor
    to a connection on its way out. A server that sets SO_REUSEADDR, as all do, listens there none the less.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _reserved.append(holder)
    return int(holder.getsockname()[1])
