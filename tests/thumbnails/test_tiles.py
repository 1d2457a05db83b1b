"""What tiles are told of pictures: address, size, and why there is none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState
from browse.thumbnails.image_root import image_root
from browse.thumbnails.tiles import TilePicture, thumbnail_address, thumbnail_of, thumbnails_of
from tests.thumbnails.fake_host import PictureHost
from tests.thumbnails.rows import IMAGE_ID, ORIGINAL, THUMBNAIL, create_image

pytestmark = pytest.mark.django_db(transaction=True)
TILE = f"/thumb/{IMAGE_ID}/m"


def test_tiles_know_what_was_learned(shown: PictureState, django_assert_num_queries: Any) -> None:
    images = [create_image(f"{number:016x}") for number in range(50)]
    with django_assert_num_queries(1):
        tiles = thumbnails_of(images, "m")
    assert tiles["0" * 16] == TilePicture(f"/thumb/{'0' * 16}/m")
    assert thumbnail_of(shown_image(), "s") == TilePicture(
        f"/thumb/{IMAGE_ID}/s?v={shown.version}",
        640,
        480,
        status=PictureStatus.FRESH,
        provenance="derivative",
        checked=shown.checked,
        version=shown.version,
    )


def shown_image() -> Any:
    return Image.objects.get(pk=key_from_image_id(IMAGE_ID))


def test_tiles_say_in_words_why_there_is_no_picture(client: Client, proxied: PictureHost) -> None:
    create_image()
    client.get(TILE)
    tile = thumbnail_of(shown_image(), "m")
    assert (tile.url, tile.status, tile.words) == (TILE, PictureStatus.DEAD, "No longer at its source")
    assert tile.provenance == ""
    assert "no longer" in tile.reason


def test_an_original_by_its_md5_is_called_verified(shown: PictureState) -> None:
    PictureState.objects.update(verified=True, source="original")
    assert thumbnail_of(shown_image(), "m").provenance == "verified"


@pytest.mark.parametrize(
    ("thumbnail_url", "original_url", "shown_url"),
    [
        (THUMBNAIL, ORIGINAL, THUMBNAIL),
        (THUMBNAIL.replace("https", "http"), ORIGINAL, THUMBNAIL),
        ("", ORIGINAL, ORIGINAL),
        ("", "", TILE),
        ("https://evil.example/a.jpg", ORIGINAL, TILE),
        ("https://farm66.staticflickr.com/1/2_z.jpg", "", TILE),  # No host of the policy's list.
    ],
)
def test_direct_shows_flickrs_own_addresses_from_the_policys_hosts_alone(
    thumbnail_url: str, original_url: str, shown_url: str, settings: Settings
) -> None:
    settings.THUMBNAILS = "direct"
    image = create_image(thumbnail_url=thumbnail_url, original_url=original_url)
    assert thumbnail_of(image, "m").url == shown_url


@pytest.mark.parametrize(
    ("state", "retry_in_s", "is_direct"),
    [("dead", 60, False), ("mismatch", 60, False), ("blocked", 60, False), ("dead", -60, True), ("error", 60, True)],
)
def test_direct_leaves_what_is_known_to_be_gone_to_the_neutral_tile(
    state: str, retry_in_s: int, is_direct: bool, client: Client, settings: Settings
) -> None:
    settings.THUMBNAILS = "direct"
    image = create_image()
    retry_at = timezone.now() + dt.timedelta(seconds=retry_in_s)
    PictureState.objects.create(pk=image.pk, state=state, retry_at=retry_at)
    tile = thumbnail_of(image, "m")
    assert tile.url == (THUMBNAIL if is_direct else TILE)
    if not is_direct:
        assert tile.words == PictureStatus(state).words
        assert client.get(tile.url)["X-Picture-State"] == state


def test_an_unknown_size_has_no_address() -> None:
    with pytest.raises(ValueError, match="'xl'"):
        thumbnail_address(IMAGE_ID, "xl")


@pytest.mark.parametrize(
    ("state", "retry_in_s", "version", "placeholder"),
    [
        ("dead", 60, "", "/thumb/dead"),
        ("error", 60, "", "/thumb/error"),
        ("error", 60, "0123456789abcdef", ""),
        ("dead", -60, "", ""),
        ("mismatch", None, "", ""),
        ("pending", 60, "", ""),
        ("fresh", None, "0123456789abcdef", ""),
    ],
)
def test_pictures_that_are_known_to_be_missing_share_one_tile(
    state: str, retry_in_s: int | None, version: str, placeholder: str, client: Client
) -> None:
    retry_at = None if retry_in_s is None else timezone.now() + dt.timedelta(seconds=retry_in_s)
    PictureState.objects.create(pk=key_from_image_id(IMAGE_ID), state=state, version=version, retry_at=retry_at)
    tile = thumbnail_of(create_image(), "m")
    assert tile.placeholder == placeholder
    if placeholder:
        shared = client.get(placeholder)
        assert (shared["X-Picture-State"], shared["Cache-Control"]) == (state, "public, max-age=86400")
        assert PictureStatus(state).words in shared.text


def test_where_there_is_no_folder_of_pictures_all_share_one_tile(settings: Settings, tmp_path: Path) -> None:
    settings.THUMBNAILS, settings.OPENIMAGES_IMAGE_ROOT, settings.SAMPLE_DIR = "local", None, tmp_path
    image = create_image()
    assert thumbnail_of(image, "m").placeholder == "/thumb/pending"
    settings.OPENIMAGES_IMAGE_ROOT = "/pictures"
    assert thumbnail_of(image, "m").placeholder == ""


def test_the_folder_of_a_sample_is_found_without_a_setting_and_when_it_comes(
    settings: Settings, tmp_path: Path
) -> None:
    settings.OPENIMAGES_IMAGE_ROOT, settings.SAMPLE_DIR = None, tmp_path
    assert image_root() is None
    (tmp_path / "images").mkdir()
    assert image_root() == tmp_path / "images"
    settings.OPENIMAGES_IMAGE_ROOT = "/pictures"
    assert image_root() == Path("/pictures")
