"""Notices of new flags and decisions, by webhook and e-mail: off unless the settings name where to.

A request never waits for them: once its transaction is over, a notice goes into a queue of this process, which a thread
empties. The queue is bounded, and what does not fit, or cannot be delivered, is told to the log and dropped: what waits
for somebody stands in the administration. Notices hold no names, no messages and no contacts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from queue import Full, Queue
from threading import Event, Lock, Thread

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from browse.domain.https_place import place_of
from browse.domain.plural import counted
from browse.thumbnails.network import BoundedResolver
from browse.thumbnails.outgoing import NotSentError, post

MOST_WAITING = 200
AGAIN_AFTER_S = (5.0, 60.0)
"""How long to wait before a notice is tried again."""

log = logging.getLogger("browse.notices")


@dataclass(frozen=True)
class Notice:
    """Something happened that somebody may want to know.

    event    `report` by the public, `flag` by an account, or `decision`.
    flag     number of the flag; of several at once the first, and `number` says how many.
    outcome  of a decision.
    """

    event: str
    flag: int
    reason: str
    image_id: str
    at: str
    outcome: str = ""
    number: int = 1

    @property
    def subject(self) -> str:
        """In a line, such as "Report 7: privacy"."""
        if self.number > 1:
            return f"{counted(self.number, 'new flag')}, from {self.flag} on"
        outcome = f" was {self.outcome}" if self.outcome else ""
        return f"{'Report' if self.event == 'report' else 'Flag'} {self.flag} ({self.reason}){outcome}"

    @property
    def text(self) -> str:
        """As an e-mail."""
        return f"{self.subject}\n\nImage {self.image_id}, {self.at}\n/admin/browse/flag/{self.flag}/change/\n"


class Outbox:
    """Notices on their way; the thread that sends them begins with the first. tries_again: seconds before each."""

    def __init__(
        self, deliver: Callable[[Notice], None], *, most: int = MOST_WAITING, again: tuple[float, ...] = AGAIN_AFTER_S
    ) -> None:
        self._deliver, self._again = deliver, again
        self._waiting: Queue[Notice] = Queue(most)
        self._starting = Lock()
        self._thread: Thread | None = None
        self._pause = Event()

    def add(self, notice: Notice) -> None:
        """Take a notice without waiting for anything; one too many is dropped."""
        try:
            self._waiting.put_nowait(notice)
        except Full:
            log.warning("dropped a notice, %d are waiting: %s", self._waiting.maxsize, notice.subject)
            return
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="notices", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Until all of them are sent or dropped."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            notice = self._waiting.get()
            try:
                self._send(notice)
            except Exception:
                log.exception("a notice could not be sent: %s", notice.subject)
            finally:
                self._waiting.task_done()

    def _send(self, notice: Notice) -> None:
        for wait_s in (*self._again, None):
            try:
                self._deliver(notice)
            except OSError as error:  # of mail as well
                if wait_s is None:
                    log.warning("a notice could not be sent: %s: %s", notice.subject, error)
                else:
                    self._pause.wait(wait_s)
            else:
                return


def deliver(notice: Notice) -> None:
    """Send it to all places that the settings name. Raises OSError where one of them did not take it."""
    failures = []
    for send in (_by_webhook, _by_mail):
        try:
            send(notice)
        except OSError as error:
            failures.append(str(error))
    if failures:
        raise NotSentError("; ".join(failures))


def notify(notice: Notice) -> None:
    """Have it sent once the transaction is over, if the settings name anybody."""
    if settings.NOTIFY_WEBHOOK or settings.NOTIFY_EMAIL:
        transaction.on_commit(partial(_outbox.add, notice))


def signature(body: bytes, secret: str) -> str:
    """By which the receiver knows that a notice is ours."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _by_webhook(notice: Notice) -> None:
    if not settings.NOTIFY_WEBHOOK:
        return
    body = json.dumps({**asdict(notice), "text": notice.subject}).encode()
    headers = {"Content-Type": "application/json"}
    if settings.NOTIFY_WEBHOOK_SECRET:
        headers["X-Signature-256"] = signature(body, settings.NOTIFY_WEBHOOK_SECRET)
    post(place_of(settings.NOTIFY_WEBHOOK), body, headers, resolver=_resolver)


def _by_mail(notice: Notice) -> None:
    if settings.NOTIFY_EMAIL:
        send_mail(notice.subject, notice.text, None, list(settings.NOTIFY_EMAIL))


_resolver = BoundedResolver()
_outbox = Outbox(deliver)
