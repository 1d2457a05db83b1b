"""What pages say of pictures, and that they never wait for one."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState
from browse.presentation.pages.image import PROVENANCE_WORDS
from browse.thumbnails.current import current_service
from browse.thumbnails.rendering import Output
from browse.thumbnails.states import picture_of_row
from tests import datasets
from tests.datasets import DOG, IDS, ONE
from tests.html import tree
from tests.thumbnails.fake_host import Answer, PictureHost

pytestmark = pytest.mark.django_db(transaction=True)
VERSION = "0123456789abcdef"
PAGES = ("/", f"/?label={DOG}", f"/image/{ONE}", "/credits", "/credits.csv", "/labels", "/api/images", "/duplicates")
STATES: dict[str, tuple[dict[str, object], str]] = {
    "verified": ({"state": "fresh", "source": "original", "verified": True}, PROVENANCE_WORDS["verified"]),
    "derivative": ({"state": "fresh", "source": "thumbnail"}, PROVENANCE_WORDS["derivative"]),
    "mismatch": ({"state": "mismatch"}, PictureStatus.MISMATCH.words),
    "dead": ({"state": "dead"}, PictureStatus.DEAD.words),
}


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    """Six images."""
    settings.INDEX_DIR = tmp_path / "index"
    datasets.load_example(settings.INDEX_DIR)


@pytest.mark.parametrize("name", STATES)
def test_the_image_page_says_what_picture_it_shows_or_why_none_and_when_it_was_checked(
    name: str, client: Client
) -> None:
    columns, words = STATES[name]
    checked = dt.datetime(2026, 3, 1, 14, 5, tzinfo=dt.UTC)
    PictureState.objects.create(pk=key_from_image_id(ONE), checked=checked, **columns)
    page = tree(client.get(f"/image/{ONE}").text)
    told = dict(zip(page.words_of("dt"), page.all("dd"), strict=True))["Picture shown here"]
    assert told.words.startswith(words)
    assert told.words.endswith("checked 1 Mar 2026, 14:05 UTC")
    assert told.one("time")["datetime"].startswith("2026-03-01T14:05:00")
    assert sum(other in page.words for _, other in STATES.values()) == 1


@pytest.mark.parametrize("name", STATES)
def test_tiles_say_why_there_is_no_picture(name: str, client: Client) -> None:
    columns, words = STATES[name]
    PictureState.objects.create(pk=key_from_image_id(ONE), version=VERSION, **columns)
    tile = tree(client.get("/").text).one(f'.tile[data-image="{ONE}"]')
    said = [tile.words, *(value for element in tile.walk() for value in element.attributes.values())]
    assert f"/thumb/{ONE}/m?v={VERSION}" in said
    assert any(words in text for text in said) is (columns["state"] != "fresh")


def test_a_picture_nobody_has_looked_for_gets_no_note(client: Client) -> None:
    assert "Picture shown here" not in client.get(f"/image/{ONE}").text


def test_pages_ask_no_host_and_wait_for_none(client: Client, proxied: PictureHost, gate: threading.Event) -> None:
    """All pictures are being waited for at the host, which says nothing until the pages are there."""
    proxied.otherwise = Answer(404, gate=gate)
    for image in Image.objects.all():
        outcome = current_service().obtain(picture_of_row(image), Output(384, "webp"), wait_s=0)
        assert getattr(outcome, "status", None) is PictureStatus.PENDING
    proxied.wait_for_requests(len(IDS))
    for address in PAGES:
        response = client.get(address)
        assert response.status_code == 200, address
        assert b"".join(response) if response.streaming else response.content
    assert len(proxied.requests) == len(IDS)
    assert not gate.is_set()
