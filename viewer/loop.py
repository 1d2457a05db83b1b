"""The loop of a worker: takes connections, waits for all of them at once, and lets go of those that take too long."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from viewer.connections import HEAD_S, NO_ROOM, Connection, State, kept_s, least_needed

MOST_HELD_BYTES = 64 * 1024 * 1024
"""Of requests that are not complete and of answers that were not taken, in memory; above it the largest go."""
MOST_AT_ONCE = 256
"""Connections taken in one turn of the loop."""
LATE_S = 0.05
"""Who waited so long at the door is not the only one there."""


class ConnectionLoop(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """What becomes of a connection, apart from what is received and answered on it: that others say.

    pressing   how many clients had something for the loop when it last looked
    """

    alive: bool

    def init_process(self) -> None:
        self.connections: set[Connection] = set()
        self.pressing = 0
        self.held = 0
        self.swept_at = 0.0
        super().init_process()

    def receive(self, conn: Connection) -> None:
        """There is something to receive."""
        raise NotImplementedError

    def expire(self, conn: Connection) -> None:
        """Its time is up."""
        raise NotImplementedError

    def run(self) -> None:
        """Serve until told to stop; then answer what is under way, within the time that is given for it."""
        self.poller.register(self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks)
        self.names = {listener: listener.getsockname() for listener in self.sockets}
        self.set_accept_enabled(True)
        while self.alive and self.is_parent_alive():
            self.turn()
        self.alive = False
        self.stop_listening()
        for conn in self.connections:
            if conn.state is State.IDLE:
                conn.deadline = min(conn.deadline, time.monotonic() + STOP_KEEPALIVE_LINGER)
        ends_at = time.monotonic() + self.cfg.graceful_timeout
        while self.connections and time.monotonic() < ends_at:
            self.turn()
        self.stop()

    def stop_listening(self) -> None:
        """Take those who wait at the door already, and close it, so that later ones are refused and not kept."""
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while conn := self.take(listener):
                self.careful(conn, self.wait_for_more)
            listener.close()

    def turn(self) -> None:
        """What there is to do now, and what becomes too late in the next second."""
        self.wait_for_and_dispatch_events(timeout=1.0)
        now = time.monotonic()
        if now >= self.swept_at + 1 or not self.alive:
            self.swept_at = now
            self.notify()
            for conn in [conn for conn in self.connections if conn.deadline <= now]:
                self.careful(conn, self.expire)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for those who have something for the loop, and see to each."""
        events = self.poller.select(timeout)
        self.pressing = len(events)
        for key, _ in events:
            key.data(key.fileobj)

    def stop(self) -> None:
        """Let go of everybody. The queue stays open, since threads that still work write to it when they are done."""
        for conn in list(self.connections):
            self.drop(conn)
        self.tpool.shutdown(wait=False)
        self.poller.close()

    def accept(self, listener: Any) -> None:
        """Take one, and leave the next to another worker; where they wait already, take many, to know how many wait."""
        taken: list[Connection] = []
        while len(taken) < MOST_AT_ONCE and (conn := self.take(listener)):
            taken.append(conn)
            if kept_s(conn.sock) < LATE_S:
                self.careful(conn, self.wait_for_more)
                break
        self.pressing = max(self.pressing, len(taken))
        for conn in taken:
            if not conn.events:
                self.careful(conn, self.receive_at_once)

    def receive_at_once(self, conn: Connection) -> None:
        """The same as if it had been waited for: what came while it was at the door."""
        self.receive(conn)
        if conn.state in (State.IDLE, State.HEAD, State.BODY) and not conn.events:
            self.wait_for_more(conn)

    def take(self, listener: Any) -> Connection | None:
        """Whoever is next at the door, whom nothing is waited for yet; None where there is nobody."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in NO_ROOM:
                self.make_room()
            return None
        conn = Connection(sock, client, self.names[listener], time.monotonic() + HEAD_S)
        self.connections.add(conn)
        if len(self.connections) > self.worker_connections:
            self.make_room()
        return conn

    def wait_for_more(self, conn: Connection) -> None:
        """Receive what the client sends."""
        self.wait(conn, selectors.EVENT_READ, self.receive)

    def wait(self, conn: Connection, events: int, then: Callable[[Connection], None]) -> None:
        """Have this done each time the client sends, or takes, something; with no events wait no longer."""
        if conn.events:
            self.poller.unregister(conn.sock)
        if events:
            self.poller.register(conn.sock, events, lambda _: self.careful(conn, then))
        conn.events = events

    def careful(self, conn: Connection, then: Callable[[Connection], None]) -> None:
        """A client that is gone ends its own connection only, and so does a fault of ours, which is logged."""
        if conn.state is State.CLOSED:
            return  # by what came before it in this turn
        try:
            then(conn)
        except OSError:
            self.drop(conn)
        except Exception:
            self.log.exception("A connection was closed.")
            self.drop(conn)
        self.count(conn)

    def drop(self, conn: Connection) -> None:
        """Close it, whatever is under way."""
        if conn.state is not State.CLOSED:
            self.wait(conn, 0, self.receive)
            conn.close()
            self.connections.discard(conn)
        conn.received.clear()
        self.count(conn)

    def make_room(self) -> None:
        """Close some connections that nobody works for."""
        for conn in least_needed(self.connections):
            self.drop(conn)

    def count(self, conn: Connection) -> None:
        """Keep the sum of what is held in memory, and within its bound."""
        held = 0 if conn.state is State.CLOSED else conn.held
        self.held += held - conn.counted
        conn.counted = held
        if self.held <= MOST_HELD_BYTES:
            return
        waiting = [conn for conn in self.connections if conn.state not in (State.WORKING, State.IDLE)]
        if waiting:
            self.drop(max(waiting, key=lambda conn: conn.counted))
