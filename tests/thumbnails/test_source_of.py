"""The very bytes of a source: which are taken, by what rules, and what is remembered of those that are not had."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from browse.domain.picture_status import PictureStatus
from browse.models import PictureState
from browse.thumbnails import fetching
from browse.thumbnails.config import Config
from browse.thumbnails.current import service_for_bulk
from browse.thumbnails.decoder import DECODE_TIMEOUT_S, Decoder
from browse.thumbnails.errors import HostPausedError
from browse.thumbnails.outcomes import NoThumbnail, PictureRecord, SourceFile
from browse.thumbnails.rendering import Output
from browse.thumbnails.sources import Picture, Source
from browse.thumbnails.states import DatabaseLedger, known_from_row
from tests.thumbnails.fake_host import Answer, photo
from tests.thumbnails.serving import AT_ORIGINAL, AT_THUMBNAIL, ORIGINAL, PHOTO, PICTURE, TILE, Bench

ID = PICTURE.image_id


def original(bench: Bench, picture: Picture = PICTURE, *, again: bool = False) -> SourceFile | NoThumbnail:
    return bench.service.source_of(picture, Source.ORIGINAL, again=again)


def failure(bench: Bench, picture: Picture = PICTURE) -> tuple[PictureStatus, str]:
    found = original(bench, picture)
    assert isinstance(found, NoThumbnail)
    return found.status, found.reason


def test_an_original_is_its_very_bytes_with_size_and_look(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    found = original(bench)
    assert isinstance(found, SourceFile)
    assert (found.data, found.verified, found.width, found.height) == (ORIGINAL, True, 1280, 960)
    assert found.look is not None
    assert bench.host.paths() == [AT_ORIGINAL]
    assert (bench.known().status, bench.known().source, bench.known().look) == ("fresh", Source.ORIGINAL, found.look)


def test_a_thumbnail_is_its_very_bytes(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    found = bench.service.source_of(PICTURE, Source.THUMBNAIL)
    assert isinstance(found, SourceFile)
    assert (found.data, found.verified) == (PHOTO, False)
    assert bench.host.paths() == [AT_THUMBNAIL]


CASES: list[tuple[Answer, Picture, PictureStatus, str]] = [
    (Answer(404), PICTURE, PictureStatus.DEAD, "no longer has it"),
    (Answer(302, headers={"Location": "/placeholder.jpg"}), PICTURE, PictureStatus.DEAD, "redirects elsewhere"),
    (Answer(body=ORIGINAL[:-1] + b"x"), PICTURE, PictureStatus.MISMATCH, "MD5"),
    (Answer(body=ORIGINAL[:-1]), PICTURE, PictureStatus.MISMATCH, "bytes"),
    (Answer(body=ORIGINAL + b"x"), PICTURE, PictureStatus.MISMATCH, "more bytes"),
    (Answer(body=b"x"), replace(PICTURE, original_size=1 << 30), PictureStatus.ERROR, "larger than"),
    (Answer(500), PICTURE, PictureStatus.ERROR, "server error"),
    (Answer(), replace(PICTURE, original_url="https://127.0.0.1/x.jpg"), PictureStatus.BLOCKED, "not fetched from"),
    (Answer(), replace(PICTURE, original_url=""), PictureStatus.DEAD, "no URL"),
]


@pytest.mark.parametrize(("answer", "picture", "status", "words"), CASES)
def test_what_is_not_had_says_why_and_is_not_asked_for_again(
    bench: Bench, answer: Answer, picture: Picture, status: PictureStatus, words: str
) -> None:
    bench.host.answers[AT_ORIGINAL] = answer
    first = failure(bench, picture)
    assert first[0] is status
    assert words in first[1]
    asked = len(bench.host.requests)
    assert failure(bench, picture) == first
    assert len(bench.host.requests) == asked
    assert bench.ledger.known == {}, "other sources may have it"


def test_what_failed_is_asked_for_again_where_that_is_wanted(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(404)
    failure(bench)
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    assert isinstance(original(bench, again=True), SourceFile)
    assert bench.ledger.failures == {}


def test_a_host_that_asks_for_a_pause_says_nothing_of_its_pictures(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(429, headers={"Retry-After": "7"})
    for was_asked in (True, False):
        with pytest.raises(HostPausedError) as told:
            original(bench)
        assert told.value.was_asked is was_asked
        assert told.value.retry_after_s <= 7
    assert bench.host.paths() == [AT_ORIGINAL]
    assert bench.ledger.failures == {}


def test_the_picture_folder_is_asked_first_for_an_original(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{ID}.jpg").write_bytes(ORIGINAL)
    found = original(bench)
    assert isinstance(found, SourceFile)
    assert (found.data, found.verified) == (ORIGINAL, True)
    assert bench.host.requests == []


def test_another_file_in_the_picture_folder_is_no_original(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{ID}.jpg").write_bytes(PHOTO)
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    found = original(bench)
    assert isinstance(found, SourceFile)
    assert found.data == ORIGINAL


def test_a_source_that_is_switched_off_is_not_asked(bench: Bench) -> None:
    found = bench.start(sources=(Source.LOCAL,)).source_of(PICTURE, Source.ORIGINAL)
    assert isinstance(found, NoThumbnail)
    assert "does not fetch it" in found.reason
    assert bench.host.requests == []


def test_what_is_known_of_the_picture_stays(bench: Bench) -> None:
    bench.host.answers |= {AT_THUMBNAIL: Answer(body=PHOTO), AT_ORIGINAL: Answer(404)}
    bench.get()
    before = bench.known()
    failure(bench)
    assert bench.known() == before
    bench.ledger.known[ID] = replace(before, look=None)
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    original(bench, again=True)
    assert bench.known().version == before.version
    assert bench.known().look is not None


def test_an_original_that_cannot_be_decoded_is_its_bytes_all_the_same(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(body=b"no picture")
    found = original(bench, replace(PICTURE, original_size=None, original_md5=""))
    assert found == SourceFile(b"no picture", verified=False)
    assert bench.ledger.known == {}


def test_a_large_original_has_more_time_where_nobody_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_TIMEOUT_S", 0.1)
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL, delay_s=0.4)
    assert isinstance(original(bench), NoThumbnail)
    patient = bench.start(slowest_bytes_per_s=len(ORIGINAL) // 20)
    assert isinstance(patient.source_of(PICTURE, Source.ORIGINAL, again=True), SourceFile)


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


def gradient(*, is_mirrored: bool = False, size: tuple[int, int] = (640, 480)) -> Image.Image:
    picture = Image.linear_gradient("L").rotate(90).resize(size).convert("RGB")
    picture.paste((250, 240, 10), (10, 10, size[0] // 3, size[1] // 2))
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if is_mirrored else picture


def as_jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_looks_are_near_for_the_same_picture_and_far_for_others(decoder: Decoder) -> None:
    with decoder:

        def look(data: bytes, outputs: tuple[Output, ...] = ()) -> int:
            return decoder.render(data, outputs, rotation=None).look

        one = look(as_jpeg(gradient()))
        small = look(as_jpeg(gradient(size=(320, 240)), 60))
        mirrored = look(as_jpeg(gradient(is_mirrored=True)))
        rendered = look(as_jpeg(gradient()), (Output(384, "jpeg"),))
    assert -(2**63) <= one < 2**63
    assert (one ^ small).bit_count() <= 4
    assert (one ^ rendered).bit_count() <= 4
    assert (one ^ mirrored).bit_count() > 10


def test_a_look_is_worked_out_as_it_is_described(decoder: Decoder) -> None:
    """Of a picture of 9 by 8 pixels nothing is scaled: a bit for each two beside each other."""
    picture = Image.new("L", (9, 8), 40)
    picture.putpixel((3, 0), 200)
    picture.putpixel((8, 7), 200)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    with decoder:
        assert decoder.render(buffer.getvalue(), [], rotation=None).look == (1 << 61) | 1


@pytest.mark.django_db
def test_failures_are_kept_by_source() -> None:
    ledger = DatabaseLedger()
    gone = PictureRecord(PictureStatus.DEAD, "gone", Source.ORIGINAL, retry_at=2e9)
    ledger.record_failure(ID, Source.ORIGINAL, gone)
    assert ledger.recall_failure(ID, Source.ORIGINAL) == gone
    assert ledger.recall_failure(ID, Source.THUMBNAIL) is None
    assert ledger.recall(ID) is None
    ledger.record_failure(ID, Source.ORIGINAL, None)
    assert ledger.recall_failure(ID, Source.ORIGINAL) is None
    kept = PictureRecord(PictureStatus.FRESH, version="0" * 16, look=-5)
    ledger.record(ID, kept)
    assert ledger.recall(ID) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kept",
    [
        PictureRecord(PictureStatus.FRESH, "", Source.LOCAL, True, "0123456789abcdef", 640, 480, 0, None, -5),
        PictureRecord(PictureStatus.PENDING),
        PictureRecord(PictureStatus.DEAD, "gone", failures=3, retry_at=2_000_000_000.5),
        PictureRecord(PictureStatus.ERROR, "?", Source.BUCKET, False, "f" * 16, 1, 1, 1, 1_000_000_000.0, 1 << 62),
    ],
    ids=lambda kept: kept.status.value,
)
def test_what_is_known_of_a_picture_comes_back_as_it_was_kept(kept: PictureRecord) -> None:
    ledger = DatabaseLedger()
    ledger.record(ID, kept)
    assert ledger.recall(ID) == kept == known_from_row(PictureState.objects.get())


def test_what_a_fetch_renders_has_a_look(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=photo(640, 480))
    bench.get()
    assert bench.known().look is not None


@pytest.mark.parametrize("has_source", [True, False])
def test_a_picture_seen_before_looks_were_is_seen_again_where_its_look_is_needed(
    bench: Bench, has_source: bool
) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    before = bench.known()
    bench.ledger.known[ID] = replace(before, look=None)
    if not has_source:
        bench.service.cache.source_path(ID, before.version).unlink()
    bench.get()
    assert bench.known().look is None
    bench.service.obtain(PICTURE, TILE, needs_look=True)
    assert bench.known() == before
    assert len(bench.host.requests) == 2 - has_source


def test_a_picture_that_nobody_waits_for_has_time_to_be_decoded() -> None:
    bulk = service_for_bulk(1)
    bulk.close()
    assert bulk.config.decode_timeout_s > Config(Path()).decode_timeout_s == DECODE_TIMEOUT_S
