"""A stranger's bytes into our own pictures. Runs in the decoding process only; knows no Django and no network."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
_LOOK_SIDE = 64
_LOOK_WIDTH, _LOOK_HEIGHT = 8, 8
WHOLE = 10_000
LARGEST_WHOLE = 4096
"""The longest side of a picture that a part is cut from."""

_JPEG_START = b"\xff\xd8\xff"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_JPEG_QUALITY = 82
_WEBP_QUALITY = 80
_WEBP_METHOD = 2
_EXIF_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_OF_ROTATION = {0: 1, 90: 8, 180: 3, 270: 6}
_SRGB = ImageCms.createProfile("sRGB")
_SWAPPING = frozenset({5, 6, 7, 8})


class NotAPictureError(ValueError):
    """The bytes are no picture that we show; the message says why."""


@dataclass(frozen=True)
class Part:
    """A part of a picture the right way up: ten-thousandths of its width from the left, and its height from the top."""

    left: int
    right: int
    top: int
    bottom: int

    def __str__(self) -> str:
        return f"{self.left}-{self.right}-{self.top}-{self.bottom}"

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in a picture of this size: whole pixels, at least one each way."""
        left, top = min(self.left * width // WHOLE, width - 1), min(self.top * height // WHOLE, height - 1)
        right, bottom = -(-self.right * width // WHOLE), -(-self.bottom * height // WHOLE)
        return left, top, max(right, left + 1), max(bottom, top + 1)


@dataclass(frozen=True)
class Output:
    """One picture to make: its longest side in pixels, and "webp" or "jpeg"; of a part, where one is given."""

    side: int
    format: str
    part: Part | None = None

    @property
    def name(self) -> str:
        """What tells its file from those of other outputs of the same format."""
        return str(self.side) if self.part is None else f"{self.side} {self.part}"

    def side_of_whole(self, width: int, height: int) -> int:
        """The longest side to which a picture of this size, which may have to be turned yet, can be reduced first."""
        if self.part is None:
            return self.side
        share = max(self.part.right - self.part.left, self.part.bottom - self.part.top, 1) / WHOLE
        longest, shortest = max(width, height), min(width, height)
        return min(ceil(self.side * longest / (share * shortest)), LARGEST_WHOLE)


@dataclass(frozen=True)
class Rendered:
    """Width and height of the whole picture the right way up, and the encoded outputs in the order asked for.

    look: see `look_of`.
    """

    width: int
    height: int
    encoded: list[bytes]
    look: int


# What Pillow loads up front, so that it need not look through all its other formats at the first picture.
FORMATS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)


def prepare() -> None:
    """Set Pillow's own guards for this process."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def render(data: bytes, outputs: Sequence[Output], *, rotation: int | None) -> Rendered:
    """The picture in `data`, re-encoded without metadata, never enlarged.

    `rotation`: degrees counter-clockwise from the stored pixels to the right way up, which replaces what EXIF says;
    None: EXIF decides. Without outputs there are only size and look. Raises NotAPictureError, or whatever Pillow raises
    on damaged files.
    """
    with _open(data) as picture:
        width, height = picture.size
        side = max((output.side_of_whole(width, height) for output in outputs), default=_LOOK_SIDE)
        picture.draft(None, (2 * side, 2 * side))
        picture.load()
        orientation = _ORIENTATION_OF_ROTATION[rotation] if rotation is not None else _exif_orientation(picture)
        whole = _upright(_in_srgb(_shrunk(picture, side), picture.info.get("icc_profile")), orientation)
    look, made = look_of(whole), dict(_encoded(whole, outputs))
    if orientation in _SWAPPING:
        width, height = height, width
    return Rendered(width, height, [made[output] for output in outputs], look)


def look_of(picture: Image.Image) -> int:
    """The difference hash of a picture as a signed 64-bit number, which pictures that look alike differ little in.

    Of the picture in gray at 9 by 8 pixels, a bit for each two beside each other, row by row: whether the right one is
    brighter. Krawetz (2013), Kind of Like That.
    """
    small = picture.convert("L").resize((_LOOK_WIDTH + 1, _LOOK_HEIGHT), Image.Resampling.LANCZOS).tobytes()
    rows = [small[start : start + _LOOK_WIDTH + 1] for start in range(0, len(small), _LOOK_WIDTH + 1)]
    bits = "".join("1" if right > left else "0" for row in rows for left, right in pairwise(row))
    return int.from_bytes(int(bits, 2).to_bytes(8), signed=True)


def _encoded(whole: Image.Image, outputs: Sequence[Output]) -> Iterator[tuple[Output, bytes]]:
    """The parts, and the whole in each size, each made of the next larger one."""
    for output in outputs:
        if output.part is not None:
            yield output, _encode(_fit(whole.crop(output.part.pixels(*whole.size)), output.side), output.format)
    small = whole
    for output in sorted({output for output in outputs if output.part is None}, key=lambda output: -output.side):
        small = _fit(small, output.side)
        yield output, _encode(small, output.format)


def _open(data: bytes) -> Image.Image:
    if not data.startswith((_JPEG_START, _PNG_START)):
        raise NotAPictureError("neither JPEG nor PNG")
    if data.startswith(_PNG_START) and _PNG_END not in data:  # Pillow refuses such JPEG files by itself.
        raise NotAPictureError("a truncated PNG file")
    picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    width, height = picture.size
    if width < 1 or height < 1 or max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise NotAPictureError(f"{width} × {height} pixels")
    return picture


def _exif_orientation(picture: Image.Image) -> int:
    """EXIF's word on a picture that is loaded already: asking may load, and Pillow tells of damage only once."""
    for other in ("xmp", "XML:com.adobe.xmp"):  # Pillow would take its word; browsers do not
        picture.info.pop(other, None)
    try:
        orientation = picture.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 -- Damaged metadata raises nearly anything, and spoils no picture.
        return 1
    return orientation if orientation in _TURNS else 1


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """The picture in RGB without any metadata, its longest side at most `side`; transparent becomes white."""
    plain = picture if picture.mode in ("RGB", "L") else _without_odd_mode(picture)
    small = _fit(plain, side)
    if "transparency" in small.info or small.mode in ("RGBA", "LA", "PA"):
        small = _on_white(small.convert("RGBA"))
    clean = Image.new("RGB", small.size)
    clean.paste(small.convert("RGB"))
    return clean


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """The picture's colours as its profile means them; as they stand where it has none for RGB, or a damaged one."""
    if not isinstance(profile, bytes):
        return picture
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if meant.profile.xcolor_space.strip() != "RGB":
            return picture
        converted = ImageCms.profileToProfile(picture, meant, _SRGB)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _without_odd_mode(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit grey; a plain conversion would cut off everything above 255.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("P", "PA", "LA", "RGBA"):
        has_alpha = picture.mode != "P" or "transparency" in picture.info
        return picture.convert("RGBA" if has_alpha else "RGB")
    return picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    ground.alpha_composite(picture)
    return ground


def _fit(picture: Image.Image, side: int) -> Image.Image:
    width, height = picture.size
    if max(width, height) <= side:
        return picture
    scale = side / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _encode(picture: Image.Image, encoding: str) -> bytes:
    buffer = io.BytesIO()
    if encoding == "webp":
        picture.save(buffer, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_METHOD)
    else:
        picture.save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
