"""Pictures that nobody should decode without care, by name; each is made when asked for."""

from __future__ import annotations

import io
import os
import random
import struct
import zlib
from collections.abc import Callable

from PIL import Image, PngImagePlugin

from tests.thumbnails.fake_host import photo

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int,
    height: int,
    *,
    depth: int = 8,
    colour: int = 2,
    rows: bytes | None = None,
    before: bytes = b"",
    end: bytes = chunk(b"IEND", b""),
    interlace: int = 0,
) -> bytes:
    """A PNG with these header fields whatever its data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    data = zlib.compress(rows if rows is not None else b"\0" * 1000)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + end


def zeros(width: int, height: int, bytes_per_pixel: int) -> bytes:
    return bytes((width * bytes_per_pixel + 1) * height)


def saved(picture: Image.Image, encoding: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, encoding, **options)
    return buffer.getvalue()


def noise(width: int = 200, height: int = 150) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def patched(data: bytes, marker: bytes, offset: int, new: bytes) -> bytes:
    """The data with bytes replaced at an offset behind the first such marker."""
    at = data.index(marker) + offset
    return data[:at] + new + data[at + len(new) :]


def with_segment(kind: int, payload: bytes, *, times: int = 1, data: bytes | None = None) -> bytes:
    """A JPEG with more segments behind its start."""
    picture = photo() if data is None else data
    return picture[:2] + (bytes([0xFF, kind]) + struct.pack(">H", len(payload) + 2) + payload) * times + picture[2:]


def exif(tiff: bytes) -> bytes:
    return with_segment(0xE1, b"Exif\0\0" + tiff)


def text_bomb(kind: bytes) -> bytes:
    bomb = zlib.compress(bytes(80 << 20), 9)
    payload = {
        b"zTXt": b"Comment\0\0" + bomb,
        b"iTXt": b"Comment\0\1\0\0\0" + bomb,
        b"iCCP": b"profile\0\0" + bomb,
    }[kind]
    return png(4, 4, rows=zeros(4, 4, 3), before=chunk(kind, payload))


def many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan comes many times over: little to send, much to decode."""
    data = saved(Image.new("RGB", (7000, 7000), (9, 99, 200)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def animated(encoding: str) -> bytes:
    frames = [Image.new("RGB", (40, 30), (value, 0, 0)) for value in range(0, 200, 20)]
    return saved(frames[0], encoding, save_all=True, append_images=frames[1:])


def annotated_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    return saved(noise(), "PNG", pnginfo=info)


def grey16() -> bytes:
    values = b"".join(struct.pack(">H", x * 256) * 1 for x in range(256))
    return png(256, 8, depth=16, colour=0, rows=(b"\0" + values) * 8)


CIRCULAR_IFD = b"MM\0*\0\0\0\x08" + b"\0\x01" + struct.pack(">HHII", 0x0112, 3, 1, 6 << 16) + struct.pack(">I", 8)
HUGE_IFD = b"II*\0\x08\0\0\0" + b"\xff\xff" + os.urandom(0)

# Those that must become a picture. The others may become either; most are refused.
GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg 1×1": lambda: photo(1, 1),
    "png 1×1": lambda: saved(Image.new("RGB", (1, 1)), "PNG"),
    "png 20,000×1": lambda: png(20_000, 1, rows=zeros(20_000, 1, 3)),
    "png 1×20,000": lambda: png(1, 20_000, rows=zeros(1, 20_000, 3)),
    "jpeg 20,000×1": lambda: photo(20_000, 1),
    "jpeg cmyk": lambda: saved(noise().convert("CMYK"), "JPEG"),
    "jpeg grey": lambda: saved(noise().convert("L"), "JPEG"),
    "jpeg progressive": lambda: saved(noise(), "JPEG", progressive=True),
    "jpeg 48 MP": lambda: saved(Image.new("RGB", (8000, 6000), (9, 99, 200)), "JPEG"),
    "jpeg with zip behind": lambda: photo() + b"PK\3\4" + bytes(1000),
    "jpeg with html comment": lambda: with_segment(0xFE, b"<script>alert(document.domain)</script>"),
    "jpeg with php behind": lambda: photo() + b"<?php system($_GET[0]); ?>",
    "jpeg with exif garbage": lambda: with_segment(0xE1, b"Exif\0\0" + random.Random(2).randbytes(60_000)),
    "jpeg with circular exif": lambda: exif(CIRCULAR_IFD),
    "jpeg with exif that lies": lambda: exif(HUGE_IFD),
    "jpeg with exif orientation 99": lambda: exif(
        b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, 99, 0) + bytes(4)
    ),
    "jpeg with broken profile": lambda: with_segment(0xE2, b"ICC_PROFILE\0\1\1" + random.Random(3).randbytes(5000)),
    "jpeg with profile in 255 parts": lambda: with_segment(0xE2, b"ICC_PROFILE\0\1\xff" + bytes(100), times=255),
    "jpeg with 2,000 segments": lambda: with_segment(0xED, b"x" * 20, times=2000),
    "png rgba": lambda: saved(noise().convert("RGBA"), "PNG"),
    "png grey and alpha": lambda: saved(noise().convert("LA"), "PNG"),
    "png palette": lambda: saved(noise().convert("P"), "PNG"),
    "png palette transparent": lambda: saved(noise().convert("P"), "PNG", transparency=0),
    "png transparent colour": lambda: saved(noise(), "PNG", transparency=(1, 2, 3)),
    "png 1 bit": lambda: saved(noise().convert("1"), "PNG"),
    "png 16 bit grey": grey16,
    "png 16 bit colour": lambda: png(16, 4, depth=16, colour=2, rows=zeros(16, 4, 6)),
    "png 16 bit grey and alpha": lambda: png(16, 4, depth=16, colour=4, rows=zeros(16, 4, 4)),
    "png interlaced": lambda: png(8, 8, rows=bytes(400), interlace=1),
    "png with script": annotated_png,
    "png 5,000 text chunks": lambda: png(4, 4, rows=zeros(4, 4, 3), before=chunk(b"tEXt", b"a\0b") * 5000),
    "apng": lambda: animated("PNG"),
    "mpo": lambda: animated("MPO"),
}
ANY: dict[str, Callable[[], bytes]] = {
    "jpeg of many scans": lambda: many_scans(300),
    "jpeg with damaged data": lambda: patched(saved(noise(), "JPEG"), b"\xff\xda", 200, os.urandom(2000)),
    "jpeg without its last two bytes": lambda: photo()[:-2],
    "png 50 MP": lambda: png(7071, 7071, rows=zeros(7071, 7071, 3)),
    "png 50 MP rgba 16 bit": lambda: png(7071, 7071, depth=16, colour=6, rows=zeros(7071, 7071, 8)),
    "png 50 MP interlaced": lambda: png(7071, 7071, rows=bytes(151_000_000), interlace=1),
    "png 50 MP grey 16 bit": lambda: png(20_000, 2500, depth=16, colour=0, rows=zeros(20_000, 2500, 2)),
    "jpeg with strange sampling": lambda: patched(photo(), b"\xff\xc0", 11, b"\x44"),
    "png text bomb": lambda: text_bomb(b"zTXt"),
    "png international text bomb": lambda: text_bomb(b"iTXt"),
    "png profile bomb": lambda: text_bomb(b"iCCP"),
    "png with too much data": lambda: png(4, 4, rows=bytes(50 << 20)),
}
BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "one byte": lambda: b"\xff",
    "text": lambda: b"Not found",
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with entity bomb": lambda: b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
    "pdf": lambda: b"%PDF-1.7\n1 0 obj",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "zip": lambda: b"PK\3\4" + bytes(100),
    "gzip": lambda: b"\x1f\x8b" + bytes(100),
    "elf": lambda: b"\x7fELF" + bytes(100),
    "gif": lambda: saved(noise(), "GIF"),
    "gif animated": lambda: animated("GIF"),
    "gif before jpeg": lambda: b"GIF89a" + photo(),
    "webp": lambda: saved(noise(), "WEBP"),
    "webp animated": lambda: animated("WEBP"),
    "bmp": lambda: saved(noise(), "BMP"),
    "tiff": lambda: saved(noise(), "TIFF"),
    "ico": lambda: saved(noise(), "ICO"),
    "ppm": lambda: saved(noise(), "PPM"),
    "tga": lambda: saved(noise(), "TGA"),
    "icns": lambda: saved(noise(128, 128), "ICNS"),
    "jpeg 2000": lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "psd": lambda: b"8BPS\0\1" + bytes(100),
    "heic": lambda: b"\0\0\0\x18ftypheic" + bytes(100),
    "mp4": lambda: b"\0\0\0\x18ftypmp42" + bytes(100),
    "jpeg start only": lambda: b"\xff\xd8\xff",
    "jpeg header only": lambda: photo(200, 200)[:200],
    "jpeg half": lambda: saved(noise(), "JPEG")[:5000],
    "jpeg magic and noise": lambda: b"\xff\xd8\xff\xe0" + random.Random(4).randbytes(5000),
    "jpeg 65,500×65,500": lambda: patched(photo(), b"\xff\xc0", 5, struct.pack(">HH", 65_500, 65_500)),
    "jpeg 20,001×1": lambda: photo(20_001, 1),
    "jpeg of no width": lambda: patched(photo(), b"\xff\xc0", 5, struct.pack(">HH", 48, 0)),
    "jpeg of no height": lambda: patched(photo(), b"\xff\xc0", 5, struct.pack(">HH", 0, 64)),
    "jpeg 12 bit": lambda: patched(photo(), b"\xff\xc0", 4, b"\x0c"),
    "jpeg lossless": lambda: patched(photo(), b"\xff\xc0", 1, b"\xc3"),
    "jpeg of 200 components": lambda: patched(photo(), b"\xff\xc0", 9, b"\xc8"),
    "jpeg with a segment past its end": lambda: photo()[:2] + b"\xff\xe1\xff\xff" + bytes(10),
    "png signature only": lambda: PNG_SIGNATURE,
    "png magic and noise": lambda: PNG_SIGNATURE + random.Random(5).randbytes(5000),
    "png without end": lambda: png(4, 4, rows=zeros(4, 4, 3), end=b""),
    "png half": lambda: saved(noise(), "PNG")[:5000],
    "png of little data": lambda: png(1000, 1000, rows=bytes(100)),
    "png 100,000×100,000": lambda: png(100_000, 100_000),
    "png 2³¹−1 × 2³¹−1": lambda: png(2**31 - 1, 2**31 - 1),
    "png 8,000×8,000": lambda: png(8000, 8000),
    "png 20,001×1": lambda: png(20_001, 1, rows=zeros(20_001, 1, 3)),
    "png of no width": lambda: png(0, 10),
    "png of no height": lambda: png(10, 0),
    "png of depth 3": lambda: png(4, 4, depth=3),
    "png of colour type 5": lambda: png(4, 4, colour=5),
    "png with wrong checksum": lambda: patched(saved(noise(), "PNG"), b"IHDR", 17, b"\0\0\0\0"),
    "png with a chunk past its end": lambda: PNG_SIGNATURE + struct.pack(">I", 2**31 - 1) + b"IHDR",
    "png without header": lambda: PNG_SIGNATURE + chunk(b"IDAT", zlib.compress(bytes(100))),
    "png with noise for data": lambda: (
        PNG_SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 50, 50, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", random.Random(6).randbytes(3000))
        + chunk(b"IEND", b"")
    ),
}
ALL = GOOD | ANY | BAD
