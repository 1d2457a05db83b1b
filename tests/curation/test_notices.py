"""Notices of flags and decisions: after the transaction, never in a request's way, and only to public addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from threading import Event

import pytest
from django.core import mail
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from browse.curation import actions, notices
from browse.curation.batch_rows import FlagRow, flag_images
from browse.curation.notices import Notice, Outbox, deliver, signature
from browse.domain.https_place import place_of
from browse.thumbnails.network import BoundedResolver
from browse.thumbnails.outgoing import NotSentError, post
from tests.datasets import DOG, ONE, TWO
from tests.thumbnails.fake_host import Answer, PictureHost

NOTICE = Notice("report", 7, "privacy", ONE, "2026-11-30T12:00:00+00:00")
HOOK = "https://hooks.staticflickr.com/here?a=1"


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Notice]:
    """The notices that are put into the queue."""
    settings.NOTIFY_EMAIL = ["rita@example.org"]
    found: list[Notice] = []
    monkeypatch.setattr(notices, "_outbox", type("Kept", (), {"add": found.append}))
    return found


@pytest.mark.django_db
def test_flags_reports_and_decisions_are_told_once_their_transaction_is_over(
    generation: str, told: list[Notice], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        flag = actions.flag_image(image_id=ONE, reason="privacy", why="my face", contact="me@example.org")
        actions.flag_image(image_id=TWO, reason="wrong-label", mid=DOG, by="ann")
        actions.decide_flag(flag=flag.pk, outcome="upheld", by="rita", why="so it is")
        flag_images(rows=[FlagRow(ONE, "other"), FlagRow(TWO, "other")], by="ann", key="k")
        assert told == []
    assert [(one.event, one.reason, one.image_id, one.outcome, one.number) for one in told] == [
        ("report", "privacy", ONE, "", 1),
        ("flag", "wrong-label", TWO, "", 1),
        ("decision", "privacy", ONE, "upheld", 1),
        ("flag", "other", ONE, "", 2),
    ]
    assert not any(word in repr(told) for word in ("my face", "me@example.org", "ann", "rita", "so it is"))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        actions.flag_image(image_id=ONE, reason="privacy")
        transaction.set_rollback(True)
    assert len(told) == 4


@pytest.mark.django_db
def test_without_settings_nothing_is_sent(
    generation: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        actions.flag_image(image_id=ONE, reason="privacy")
    assert callbacks == []
    deliver(NOTICE)
    assert mail.outbox == []


def test_a_mail_says_what_happened_and_where(settings: Settings) -> None:
    settings.NOTIFY_EMAIL = ["rita@example.org", "ron@example.org"]
    deliver(NOTICE)
    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Report 7 (privacy)", ["rita@example.org", "ron@example.org"])
    assert "/admin/browse/flag/7/change/" in sent.body


def test_many_wait_for_nobody_and_what_is_too_much_is_dropped() -> None:
    goes_on, begun = Event(), Event()
    sent: list[int] = []

    def slow(notice: Notice) -> None:
        begun.set()
        assert goes_on.wait(30)
        sent.append(notice.flag)

    outbox = Outbox(slow, most=2)
    outbox.add(Notice("flag", 1, "other", ONE, ""))
    assert begun.wait(30)
    for number in (2, 3, 4):
        outbox.add(Notice("flag", number, "other", ONE, ""))
    goes_on.set()
    outbox.join()
    assert sent == [1, 2, 3]


def test_what_fails_is_tried_again_and_then_dropped() -> None:
    tried: list[int] = []

    def broken(notice: Notice) -> None:
        tried.append(notice.flag)
        if notice.flag == 2:
            raise ValueError("a fault of ours")
        if notice.flag == 1 or tried.count(3) == 1:
            raise NotSentError("down")

    outbox = Outbox(broken, again=(0.0, 0.0))
    for number in (1, 2, 3):
        outbox.add(Notice("flag", number, "other", ONE, ""))
    outbox.join()
    assert tried == [1, 1, 1, 2, 3, 3]


@pytest.fixture
def hook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PictureHost]:
    host = PictureHost(tmp_path_factory.mktemp("hook"))
    yield host
    host.close()


def test_a_webhook_gets_json_with_a_signature(
    hook: PictureHost, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NOTIFY_WEBHOOK, settings.NOTIFY_WEBHOOK_SECRET = HOOK, "a secret of the test"
    bodies: list[bytes] = []

    def sent(place: object, body: bytes, headers: dict[str, str], **options: object) -> None:
        bodies.append(body)
        post(place, body, headers, fake_host=hook.address)  # type: ignore[arg-type]

    monkeypatch.setattr(notices, "post", sent)
    hook.answers["/here?a=1"] = Answer(204)
    deliver(NOTICE)
    [request] = hook.requests
    assert (request.host, request.path) == ("hooks.staticflickr.com", "/here?a=1")
    assert request.headers["X-Signature-256"] == signature(bodies[0], "a secret of the test")
    told = json.loads(bodies[0])
    assert (told["event"], told["flag"], told["text"]) == ("report", 7, "Report 7 (privacy)")
    for status in (302, 404, 500):
        hook.answers["/here?a=1"] = Answer(status)
        with pytest.raises(NotSentError, match=f"status {status}"):
            deliver(NOTICE)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
def test_a_webhook_reaches_no_address_of_our_own_network(address: str) -> None:
    resolver = BoundedResolver(lambda host, port: ["93.184.216.34", address])
    send = partial(post, place_of(HOOK), b"{}", {}, resolver=resolver)
    with pytest.raises(NotSentError, match="not public"):
        send()


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "https://example.org:8443/", "https://user@example.org/", "https://127.0.0.1/"),
        *("https://[::1]/", "https://localhost/", "https://example.org/a b", "https://example.org/#x", ""),
    ],
)
def test_only_plain_https_addresses_with_a_name_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="https address"):
        place_of(url)
