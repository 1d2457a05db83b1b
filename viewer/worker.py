"""gunicorn's worker with threads, but so that no client, however slow, holds one of them.

The loop in the main thread receives heads and bodies whole, and sends what clients do not take at once; threads of the
pool answer, and never wait for a client. Streams, which are made while they are sent, have threads of their own; how
many there are the application says (`viewer.middleware.Streams`).

Of gunicorn's own workers, gthread hands a connection to a thread with its first byte, and waits there for the rest of
the head, for the body, and for clients that take an answer slowly. Those with greenlets or asyncio do not, yet in them
a query that computes in compiled code would hold up everybody.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from viewer.connections import (
    AT_ONCE_BYTES,
    BODY_S,
    HEAD_S,
    LEAST_BODY_RATE,
    LINGER_S,
    LOST,
    MOST_HEAD_BYTES,
    MOST_LINGERING_BYTES,
    Connection,
    Pace,
    StalledError,
    State,
    Stream,
    hear_of_progress,
    kept_s,
)
from viewer.exchanges import Answer, Next, body_length
from viewer.loop import ConnectionLoop
from viewer.overload import HEALTH, METRICS, READY, SWITCH_S, Queue, Turn, busy_answer_to


class PatientWorker(ConnectionLoop):
    """See above. It speaks HTTP/1.1 without TLS, which a web server in front sees to."""

    streams: ThreadPoolExecutor

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse what only gunicorn's own workers do."""
        if cfg.is_ssl:
            raise SystemExit("This worker does not support TLS: put a web server with https in front of it.")

    def init_process(self) -> None:
        self.streams = ThreadPoolExecutor(max_workers=settings.STREAMS)
        self.queue = Queue(self.cfg.threads, pressing=lambda: self.pressing)
        self.lanes = dict.fromkeys((READY, METRICS), (ThreadPoolExecutor(max_workers=1), Queue(1)))
        sys.setswitchinterval(SWITCH_S)
        super().init_process()

    def stop(self) -> None:
        super().stop()
        self.streams.shutdown(wait=False, cancel_futures=True)

    # Receiving

    def receive(self, conn: Connection) -> None:
        try:
            data = conn.sock.recv(AT_ONCE_BYTES)
        except BlockingIOError:
            return
        if not data:
            self.drop(conn)
            return
        if conn.state is State.IDLE:
            conn.enter(State.HEAD, within_s=HEAD_S)
        conn.received += data
        conn.waited_s = kept_s(conn.sock)
        self.advance(conn, new=len(data))

    def advance(self, conn: Connection, *, new: int) -> None:
        """Hand the request to a thread where it is complete; so many of the bytes received are new."""
        if conn.request is None:
            if not conn.has_head(new) and len(conn.received) <= MOST_HEAD_BYTES:
                return
            if not self.read_head(conn):
                return
        if len(conn.received) >= conn.wanted:
            body = bytes(conn.received[: conn.wanted])
            del conn.received[: conn.wanted]
            conn.request.unreader.unread(body)
            self.answer(conn)

    def read_head(self, conn: Connection) -> bool:
        """Whether there is a head that can be understood; else the client is told what is wrong."""
        conn.requests += 1
        unreader = IterUnreader([bytes(conn.received)])
        try:
            conn.request = request = Request(self.cfg, unreader, conn.client, conn.requests)
        except (NoMoreData, StopIteration):
            self.refuse(conn, 431, "Request Header Fields Too Large", "The request headers are too long.")
            return False
        except Exception as error:  # noqa: BLE001 -- gunicorn names the client's faults
            self.handle_error(None, conn.outgoing, conn.client, error)
            self.finish(conn, Next.END)
            return False
        conn.received = bytearray(unreader.take_buffered())
        says_last = request.method in ("GET", "HEAD") and request.should_close()
        conn.wanted = body_length(request)
        conn.is_last = says_last and not conn.wanted and not request.must_close
        if conn.wanted:
            conn.enter(State.BODY, within_s=BODY_S + conn.wanted / LEAST_BODY_RATE)
            if request._expected_100_continue:
                conn.outgoing.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                conn.outgoing.push()
        request._expected_100_continue = False  # or gunicorn would say so once more
        return True

    # Answering

    def answer(self, conn: Connection) -> None:
        """Have a thread answer, or say at once that there are too many requests. Probes wait behind no visitor."""
        pool, queue = self.lanes.get(conn.request.path, (self.tpool, self.queue))
        if conn.request.path == HEALTH:
            self.finish(conn, self.handle_now(conn))
        elif not queue.admits(conn.waited_s):
            self.finish(conn, self.tell_busy(conn))
        else:
            self.wait(conn, 0, self.receive)
            conn.enter(State.WORKING)
            self.submit(pool, conn, partial(self.handle, queue=queue, turn=queue.wait(conn.has_left, conn.waited_s)))

    def submit(self, pool: ThreadPoolExecutor, conn: Connection, work: Callable[[Connection], Next]) -> None:
        def done(future: Future[Next]) -> None:
            self.method_queue.defer(self.worked, conn, future)

        pool.submit(work, conn).add_done_callback(done)

    def handle(self, conn: Connection, queue: Queue, turn: Turn) -> Next:
        """Answer the request, where it is still wanted and its turn came in time. Runs in a thread of the pool."""
        if not queue.begin(turn) or not turn.is_wanted():
            return self.tell_busy(conn) if turn.is_wanted() else Next.END
        began = time.monotonic()
        try:
            return self.handle_now(conn)
        finally:
            queue.end(time.monotonic() - began)

    def tell_busy(self, conn: Connection) -> Next:
        """503: the request was not begun."""
        closes = conn.request.should_close() or not self.alive
        conn.outgoing.sendall(busy_answer_to(conn.request, closes=closes))
        return Next.END if closes else Next.REQUEST

    def handle_now(self, conn: Connection) -> Next:
        try:
            conn.answer = answer = self.ask(conn)
            if answer.is_stream:
                return Next.STREAM
            self.write(conn, answer)
            conn.outgoing.push()
        except OSError as error:
            return self.lost(error)
        except Exception as error:  # noqa: BLE001 -- logged with its traceback, and answered by 500
            self.handle_error(conn.request, conn.outgoing, conn.client, error)
            return Next.END
        return Next.END if answer.response.should_close() else Next.REQUEST

    def ask(self, conn: Connection) -> Answer:
        """What the application answers. Raises what it raises."""
        request, began = conn.request, datetime.now()  # noqa: DTZ005 -- gunicorn's log takes the difference
        response, environ = wsgi.create(request, conn.outgoing, conn.client, conn.server, self.cfg)
        environ["wsgi.multithread"] = True
        self.nr += 1
        if self.nr >= self.max_requests:
            self.handle_exit(None, None)
        if not self.alive or not self.cfg.keepalive:
            response.force_close()
        body = self.wsgi(environ, response.start_response)
        if response.status_code == 426:
            response.headers.append(("Upgrade", "HTTP/1.1"))  # RFC 9110, 15.5.22; applications must not say so
        return Answer(response, body, environ, began)

    def stream(self, conn: Connection) -> Next:
        """Send the stream that the application answered. Runs in a thread of its own kind."""
        answer = conn.answer
        answer.response.sock = stream = Stream(conn.sock, conn.outgoing, lambda: conn.state is not State.CLOSED)
        try:
            self.write(conn, answer)
            stream.flush()
        except OSError as error:
            return self.lost(error)
        except Exception as error:  # noqa: BLE001 -- logged
            if not answer.response.headers_sent:
                self.handle_error(conn.request, conn.outgoing, conn.client, error)
            else:
                self.cut_off(conn.request.uri, error)
            return Next.END
        return Next.END if answer.response.should_close() else Next.REQUEST

    def cut_off(self, uri: str, error: Exception) -> None:
        """Say so in one line where data set or database are the reason, which passes; else it is a fault of ours."""
        from browse.views.faults import is_passing  # noqa: PLC0415 -- the application is loaded after the worker's class

        said = f": {' '.join(str(error).split())}" if is_passing(error) else "."
        self.log.error("The response to %s was cut off%s", uri, said, exc_info=None if said != "." else error)

    def write(self, conn: Connection, answer: Answer) -> None:
        try:
            answer.write()
        finally:
            took = datetime.now() - answer.began  # noqa: DTZ005
            self.log.access(answer.response, conn.request, answer.environ, took)

    def lost(self, error: OSError) -> Next:
        """The client is gone, or lets an answer stall; else it is a fault of ours, which is logged."""
        if isinstance(error, StalledError) or error.errno in LOST:
            self.log.debug("Lost a client: %s", error)
        else:
            self.log.error("A response could not be sent.", exc_info=error)
        return Next.END

    def worked(self, conn: Connection, future: Future[Next]) -> None:
        """A thread is done with the connection; in the loop again."""
        result = future.result()
        if result is Next.STREAM and conn.state is not State.CLOSED:
            self.submit(self.streams, conn, self.stream)
            return
        conn.answer = None
        self.careful(conn, lambda _: self.finish(conn, result))

    # Sending, and what follows

    def finish(self, conn: Connection, result: Next) -> None:
        """Send what is left of the answer, then go on."""
        conn.keep = result is Next.REQUEST
        conn.outgoing.push()
        if not len(conn.outgoing):
            self.go_on(conn)
            return
        hear_of_progress(conn.sock)
        conn.pace = Pace(time.monotonic())
        conn.enter(State.SENDING)
        conn.deadline = conn.pace.deadline
        self.wait(conn, selectors.EVENT_WRITE, self.send)

    def send(self, conn: Connection) -> None:
        conn.pace.taken(conn.outgoing.push(), time.monotonic())
        conn.deadline = conn.pace.deadline
        if not len(conn.outgoing):
            self.go_on(conn)

    def go_on(self, conn: Connection) -> None:
        """To the next request, or to the end."""
        conn.request, conn.wanted, conn.waited_s = None, 0, 0.0
        if not conn.keep:
            if conn.is_last and not conn.received:
                self.drop(conn)
                return
            conn.sock.shutdown(socket.SHUT_WR)
            conn.received.clear()
            conn.enter(State.LINGERING, within_s=LINGER_S)
            self.wait(conn, selectors.EVENT_READ, self.linger)
            return
        if conn.received:
            conn.enter(State.HEAD, within_s=HEAD_S)
            self.wait(conn, 0, self.receive)
            self.method_queue.defer(self.careful, conn, self.take_next)
            return
        idle_s = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER)
        conn.enter(State.IDLE, within_s=idle_s)
        self.wait_for_more(conn)

    def take_next(self, conn: Connection) -> None:
        """The request of a client that did not wait for the answer to the one before.

        Deferred by the loop: however many come at once, they are dealt with one by one, and others between them.
        """
        if conn.state is State.HEAD:
            self.wait_for_more(conn)
            self.advance(conn, new=len(conn.received))

    def linger(self, conn: Connection) -> None:
        with contextlib.suppress(BlockingIOError):
            data = conn.sock.recv(AT_ONCE_BYTES)
            conn.lingered += len(data)
            if not data or conn.lingered > MOST_LINGERING_BYTES:
                self.drop(conn)

    # Letting go

    def refuse(self, conn: Connection, status: int, reason: str, message: str) -> None:
        util.write_error(conn.outgoing, status, reason, message)
        self.finish(conn, Next.END)

    def expire(self, conn: Connection) -> None:
        """Its time is up."""
        if conn.state in (State.HEAD, State.BODY):
            self.refuse(conn, 408, "Request Timeout", "The request timed out.")
        else:
            self.drop(conn)
