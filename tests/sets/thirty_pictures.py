"""Thirty images, and what a host answers for the pictures of some: nothing, too much, too late, or another file."""

from __future__ import annotations

import csv
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from tests import datasets
from tests.facets.datasets import Dataset, Photo
from tests.thumbnails.fake_host import Answer, PictureHost, photo

IMAGES = 30
LABEL = "/m/01"
IDS = [f"{(number << 58) + 7:016x}" for number in range(IMAGES)]
PHOTOS = {image_id: photo(64, 48, colour=(8 * number, 90, 30)) for number, image_id in enumerate(IDS)}
MANY = Dataset(
    photos=tuple(Photo(image_id, "train", author=None) for image_id in IDS),
    mids=(LABEL,),
    annotations={(image_id, LABEL, "machine"): 80 for image_id in IDS},
    authors=(),
    licenses=((datasets.BY, "cc-by-2.0"),),
)
RECIPE: dict[str, Any] = {"labels": [{"mid": LABEL, "at": 0.5}], "pictures": "original"}
RAN_OUT = IDS[7]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
SILENT_S = 5.0


def stalls_behind(sent: bytes) -> Answer:
    """Sends this much, and nothing any more."""

    def stall(handler: Any) -> None:
        handler.wfile.write(sent)
        threading.Event().wait(SILENT_S)

    return Answer(raw=stall)


def trickle(handler: Any) -> None:
    """Sends a byte now and then, each in time."""
    handler.wfile.write(HEAD)
    for _ in range(20):
        handler.wfile.write(b"x")
        threading.Event().wait(SILENT_S / 20)


def stalls_once(body: bytes) -> Answer:
    """Sends half of a picture to whoever asks first, and all of it to others."""
    asked = iter([True])

    def send(handler: Any) -> None:
        if next(asked, False):
            stalls_behind(HEAD + body[: len(body) // 2]).raw(handler)  # type: ignore[misc]
        else:
            handler.wfile.write(HEAD + body)

    return Answer(raw=send)


BAD: dict[str, tuple[Answer, str, str]] = {
    IDS[1]: (Answer(404), "dead", "status 404"),
    IDS[2]: (Answer(302, headers={"Location": "https://live.staticflickr.com/photo_unavailable.png"}), "dead", "302"),
    IDS[3]: (Answer(body=PHOTOS[IDS[4]].ljust(len(PHOTOS[IDS[3]]), b"x")[: len(PHOTOS[IDS[3]])]), "mismatch", "MD5"),
    IDS[5]: (Answer(body=PHOTOS[IDS[5]] + b"more"), "mismatch", "more bytes"),
    IDS[6]: (Answer(429, headers={"Retry-After": "1"}), "error", "slow down"),
    RAN_OUT: (stalls_behind(HEAD[:-2]), "error", "picture's host"),
    IDS[8]: (Answer(503), "error", "server error"),
}
"""By ImageID what the host answers, the reason for which the image is left out, and words of the detail."""
STALLS = {
    IDS[11]: stalls_behind(b""),
    IDS[12]: stalls_behind(HEAD[:-2]),
    IDS[13]: stalls_behind(HEAD + PHOTOS[IDS[13]][:300]),
    IDS[14]: Answer(raw=trickle),
}
"""What some answer in one test: nothing, a part of the head, a part of the body, and a byte now and then."""
GOOD = [image_id for image_id in IDS if image_id not in {*BAD, IDS[9], IDS[10]}]


def path_of(image_id: str) -> str:
    return f"/o/{image_id}_o.jpg"


def quiet(what: str, done: int, total: int) -> None:
    """No progress is told."""


def asked_for(host: PictureHost) -> Counter[str]:
    return Counter(path.removeprefix("/o/").removesuffix("_o.jpg") for path in host.paths())


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path, name: str) -> dict[str, dict[str, str]]:
    with (folder / name).open(newline="") as file:
        return {row["image_id"]: row for row in csv.DictReader(file)}
