"""Our pictures from theirs: the right way up, the right size and colours, and nothing else in the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from browse.thumbnails import decoder as decoder_module
from browse.thumbnails.config import ENCODINGS, SIZES
from browse.thumbnails.decoder import Decoder
from browse.thumbnails.errors import BusyError, UndecodableError
from browse.thumbnails.rendering import Output, Part
from browse.thumbnails.sources import Picture, Source
from tests.thumbnails.fake_host import photo
from tests.thumbnails.hostile import noise, png, saved

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)
NO_TURN, HALF_TURN = 0, 180


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as decoder:
        yield decoder


def quarters(width: int = 80, height: int = 40) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def with_orientation(picture: Image.Image, orientation: int, encoding: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(picture, encoding, exif=exif)


def rendered(decoder: Decoder, data: bytes, *, rotation: int | None = None, encoding: str = "jpeg") -> Image.Image:
    made = decoder.render(data, [Output(384, encoding)], rotation=rotation)
    picture = Image.open(io.BytesIO(made.encoded[0])).convert("RGB")
    assert picture.size == (made.width, made.height)
    return picture


def corners(picture: Image.Image) -> list[tuple[int, int, int]]:
    """Colours of top left, top right, bottom left, bottom right, named by the nearest of the four."""
    width, height = picture.size
    near = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [min((RED, GREEN, BLUE, WHITE), key=lambda colour: _distance(colour, picture.getpixel(at))) for at in near]


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


UPRIGHT = [RED, GREEN, BLUE, WHITE]
# How a picture is stored that EXIF's orientation then puts right (Exif 2.32, tag 274).
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation_is_applied_once(orientation: int, encoding: str, decoder: Decoder) -> None:
    turn = STORED[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    picture = rendered(decoder, with_orientation(stored, orientation, encoding))
    assert picture.size == (80, 40)
    assert corners(picture) == UPRIGHT
    assert picture.getexif().get(0x0112) is None


@pytest.mark.parametrize(("rotation", "size"), [(0, (80, 40)), (90, (40, 80)), (180, (80, 40)), (270, (40, 80))])
def test_rotation_turns_counter_clockwise(rotation: int, size: tuple[int, int], decoder: Decoder) -> None:
    upright = quarters(*size)
    stored = upright.rotate(-rotation, expand=True)
    picture = rendered(decoder, saved(stored, "JPEG"), rotation=rotation)
    assert picture.size == size
    assert corners(picture) == UPRIGHT


def test_rotation_and_exif_that_say_the_same_turn_once(decoder: Decoder) -> None:
    stored = quarters().transpose(Image.Transpose.ROTATE_90)
    assert corners(rendered(decoder, with_orientation(stored, 6), rotation=270)) == UPRIGHT


def test_a_recorded_rotation_overrules_exif(decoder: Decoder) -> None:
    assert corners(rendered(decoder, with_orientation(quarters(), 6), rotation=NO_TURN)) == UPRIGHT
    turned = quarters().transpose(Image.Transpose.ROTATE_180)
    assert corners(rendered(decoder, with_orientation(turned, 6), rotation=HALF_TURN)) == UPRIGHT


@pytest.mark.parametrize(
    ("source", "rotation", "turn"),
    [
        (Source.THUMBNAIL, 90, None),  # Flickr has turned its own renderings.
        (Source.BUCKET, 90, 90),
        (Source.ORIGINAL, 90, 90),
        (Source.LOCAL, 90, 90),
        (Source.ORIGINAL, 0, 0),
        (Source.ORIGINAL, None, None),
        (Source.ORIGINAL, 45, None),
    ],
)
def test_which_sources_still_need_the_recorded_turn(source: Source, rotation: int | None, turn: int | None) -> None:
    assert Picture("0" * 16, "train", rotation=rotation).rotation_of(source) == turn


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("size", SIZES)
def test_the_longest_side_is_the_sizes(size: str, encoding: str, decoder: Decoder) -> None:
    side = SIZES[size].side
    for width, height in ((2000, 1500), (1500, 2000), (2000, 20), (5000, 3)):
        made = decoder.render(photo(width, height), [Output(side, encoding)], rotation=None)
        with Image.open(io.BytesIO(made.encoded[0])) as picture:
            assert picture.format == encoding.upper()
            assert max(picture.size) == side
            assert min(picture.size) == max(1, round(min(width, height) * side / max(width, height)))
        assert (made.width, made.height) == (width, height)


def test_nothing_is_enlarged(decoder: Decoder) -> None:
    assert rendered(decoder, photo(30, 20)).size == (30, 20)


def test_several_outputs_come_in_the_order_asked_for(decoder: Decoder) -> None:
    wanted = [Output(64, "jpeg"), Output(256, "webp"), Output(128, "jpeg"), Output(64, "webp")]
    made = decoder.render(photo(1000, 500), wanted, rotation=None)
    opened = [Image.open(io.BytesIO(data)) for data in made.encoded]
    assert [(max(picture.size), (picture.format or "").lower()) for picture in opened] == [
        (output.side, output.format) for output in wanted
    ]


def test_transparent_becomes_white(decoder: Decoder) -> None:
    picture = quarters().convert("RGBA")
    picture.putalpha(0)
    assert rendered(decoder, saved(picture, "PNG")).getextrema() == ((255, 255),) * 3


def test_16_bit_grey_keeps_its_greys(decoder: Decoder) -> None:
    row = b"\0" + b"".join(bytes([value, 0]) for value in range(256))
    picture = rendered(decoder, png(256, 8, depth=16, colour=0, rows=row * 8)).convert("L")
    assert abs(picture.getpixel((128, 4)) - 128) <= 3
    assert picture.getpixel((10, 4)) < 20
    assert picture.getpixel((250, 4)) > 240


def colour_of(decoder: Decoder, profile: bytes) -> tuple[int, ...]:
    """What a green picture with this colour profile is rendered as."""
    picture = rendered(decoder, saved(Image.new("RGB", (40, 30), GREEN), "PNG", icc_profile=profile))
    return picture.convert("RGB").getpixel((20, 15))


def test_colours_are_those_that_the_profile_means(decoder: Decoder) -> None:
    """With the places of the red and the green primary exchanged, green means red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert colour_of(decoder, bytes(profile)) == pytest.approx(GREEN, abs=6)
    red, green = (slice(place, place + 4) for place in (profile.index(b"rXYZ") + 4, profile.index(b"gXYZ") + 4))
    profile[red], profile[green] = profile[green], profile[red]
    assert colour_of(decoder, bytes(profile)) == pytest.approx((GREEN[1], GREEN[0], GREEN[2]), abs=6)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_a_damaged_profile_changes_nothing(profile: bytes, decoder: Decoder) -> None:
    assert colour_of(decoder, profile) == pytest.approx(GREEN, abs=6)


def test_an_orientation_in_xmp_alone_is_none(decoder: Decoder) -> None:
    says = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' + says + b"</rdf:RDF>"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + rdf + b"</x:xmpmeta>"
    made = decoder.render(saved(quarters(), "JPEG", xmp=xmp), [Output(80, "jpeg")], rotation=None)
    assert (made.width, made.height) == (80, 40)


def test_cmyk_keeps_its_colours(decoder: Decoder) -> None:
    assert corners(rendered(decoder, saved(quarters().convert("CMYK"), "JPEG", quality=95))) == UPRIGHT


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_metadata_is_left(encoding: str, decoder: Decoder) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    exif[0x0132] = "2016:01:01"
    profile = b"\0" * 36 + b"acsp" + b"a secret profile" * 20
    data = saved(noise(), "JPEG", exif=exif, comment=b"a secret comment", icc_profile=profile, dpi=(300, 300))
    made = decoder.render(data, [Output(384, encoding)], rotation=None).encoded[0]
    assert b"secret" not in made
    assert b"2016" not in made
    assert not any(mark in made for mark in (b"Exif", b"EXIF", b"ICC", b"XMP"))


def test_a_decoder_that_was_killed_is_started_again(decoder: Decoder) -> None:
    decoder.render(photo(), [Output(64, "webp")], rotation=None)
    child = decoder._free.queue[0]._child
    assert child is not None
    child.kill()
    assert decoder.render(photo(), [Output(64, "webp")], rotation=None).width == 64
    assert decoder._free.queue[0]._child is not child


def test_the_decoder_is_limited(decoder: Decoder) -> None:
    decoder.render(photo(), [Output(64, "webp")], rotation=None)
    child = decoder._free.queue[0]._child
    assert child is not None
    limits = Path(f"/proc/{child.pid}/limits")
    if not limits.exists():
        pytest.skip("There is no /proc here to read limits from.")
    lines = {line[:26].strip(): line[26:].split()[0] for line in limits.read_text().splitlines()}
    assert int(lines["Max address space"]) == 768 << 20
    assert (lines["Max file size"], lines["Max core file size"]) == ("0", "0")
    assert Path(f"/proc/{child.pid}/environ").read_bytes() == b""


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with Decoder(timeout_s=0.01) as impatient, pytest.raises(UndecodableError, match="too long"):
        impatient.render(saved(noise(2000, 2000), "PNG"), [Output(1000, "webp")], rotation=None)


def test_a_decoder_that_does_not_come_up_is_no_fault_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, Decoder() as dying:
        patched.setattr(decoder_module, "_START", "raise SystemExit(1)")
        with pytest.raises(BusyError):
            dying.render(photo(), [Output(8, "jpeg")], rotation=None)
    with monkeypatch.context() as patched, Decoder() as slow:
        patched.setattr(decoder_module, "_START_TIMEOUT_S", 0.0)
        with pytest.raises(BusyError):
            slow.render(photo(), [Output(8, "jpeg")], rotation=None)
        patched.undo()
        assert slow.render(photo(), [Output(8, "jpeg")], rotation=None).width == 64


def test_a_picture_that_ends_the_decoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    greets_and_ends = "import os; os.write(0, b'ready\\n'); os.read(0, 1)"
    monkeypatch.setattr(decoder_module, "_START", greets_and_ends)
    with Decoder() as breaking, pytest.raises(UndecodableError, match="crashes"):
        breaking.render(photo(), [Output(8, "jpeg")], rotation=None)


def test_nobody_waits_for_a_decoder_for_ever() -> None:
    with Decoder(processes=1, patience_s=0.05) as decoder, decoder._process(), pytest.raises(BusyError):
        decoder.render(photo(), [Output(8, "jpeg")], rotation=None)


def test_real_photos_render_right_in_all_sizes(real_data: Path, decoder: Decoder) -> None:
    files = sorted((real_data / "real_photos").glob("*.jpg"))
    assert len(files) == 33
    wanted = [Output(size.side, encoding) for size in SIZES.values() for encoding in ENCODINGS]
    for file in files:
        made = decoder.render(file.read_bytes(), wanted, rotation=None)
        with Image.open(file) as opened:
            original = opened.convert("RGB")
        assert (made.width, made.height) == original.size
        for output, data in zip(wanted, made.encoded, strict=True):
            picture = Image.open(io.BytesIO(data)).convert("RGB")
            expected = original.copy()
            expected.thumbnail((output.side, output.side), Image.Resampling.LANCZOS)
            assert max(abs(a - b) for a, b in zip(picture.size, expected.size, strict=True)) <= 1
            assert _difference(picture, expected.resize(picture.size)) < 12, (file.name, output)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels, of 255."""
    pairs = zip(one.tobytes(), other.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (one.width * one.height * 3)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_part_is_cut_from_the_picture_the_right_way_up(decoder: Decoder, rotation: int) -> None:
    upright = quarters(1600, 800)
    stored = upright.rotate(-rotation, expand=True)
    made = decoder.render(
        saved(stored, "PNG"),
        [
            Output(100, "jpeg", Part(0, 4900, 5100, 10_000)),
            Output(100, "jpeg"),
            Output(384, "webp", Part(0, 10, 0, 10)),
        ],
        rotation=rotation,
    )
    part, whole, tiny = (Image.open(io.BytesIO(data)).convert("RGB") for data in made.encoded)
    assert set(corners(part)) == {BLUE}
    assert (part.size, whole.size) == ((100, 50), (100, 50))
    assert corners(whole) == [RED, GREEN, BLUE, WHITE]
    assert tiny.size == (2, 1)  # nothing is enlarged


def test_a_part_at_the_edge_has_a_pixel(decoder: Decoder) -> None:
    made = decoder.render(
        saved(quarters(), "PNG"), [Output(9, "webp", Part(10_000, 10_000, 10_000, 10_000))], rotation=0
    )
    assert Image.open(io.BytesIO(made.encoded[0])).size == (1, 1)
