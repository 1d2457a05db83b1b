"""YOLO: a text file of boxes for each image, in a tar archive that is written while it is read.

An archive of texts is a text itself, so it goes the way of every other export. Credits come last: by then it is known
how long they are.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings

from browse.domain.box_places import box_center
from browse.domain.csv_text import decimal_text
from browse.domain.image_ids import image_id_from_key
from browse.exports.boxes import ExportedBox, boxes_by_image, class_names
from browse.exports.coco import MOST_SPECIFIC
from browse.exports.credits import NOTE, credits_in, csv_sheet, image_rows, in_doubt
from browse.exports.downloads import BATCH_READ, Heading
from browse.exports.matches import Matches
from browse.rights import Credit
from browse.rights.texts import one_line

FOLDER = "openimages-yolo"
README = """{title}

{dataset} {note}

labels/   a file for each image that has boxes: class, center and size of a box a line, as shares of the picture
data.yaml the classes
credits.csv    whose the pictures are
rotations.csv  which pictures are to be turned, and by how many degrees counter-clockwise

Put the pictures into images/ under the names of the label files, such as images/0001eeaf4aed83f9.jpg. Boxes lie on the
stored pixels, before a picture is turned: read pictures without their EXIF orientation, or leave out those that
rotations.csv names. {specific} Boxes around groups of
things, and around drawings of them, are there like others. Most images of the data set were never looked at for
boxes, so those without any are not here.
"""
_IN_MEMORY = 8 << 20
_BLOCK = 512


def yolo_tar(matches: Matches, heading: Heading) -> Iterator[str]:
    """The archive, piece by piece. Raises SearchError."""
    mids = list(matches.selected.boxes())
    yield from _member("data.yaml", _classes(class_names(matches, mids)))
    yield from _member("README.txt", _readme(heading))
    doubted = in_doubt()
    numbers = {mid: number for number, mid in enumerate(mids)}
    with SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.DATA_DIR)) as sheet:
        sheet.write("".join(csv_sheet([], is_checked=True)).encode())
        rotations = ["ImageID,Rotation\n"]
        for _, by_key in boxes_by_image(matches):
            rows = image_rows(by_key)
            keys = [key for key, boxes in by_key.items() if boxes]
            sheet.writelines(line.encode() for line in _lines(credits_in(rows, keys, doubted)))
            for key in keys:
                image_id = image_id_from_key(key)
                if rows[key]["rotation"]:
                    rotations.append(f"{image_id},{rows[key]['rotation']}\n")
                yield from _member(f"labels/{image_id}.txt", "".join(_line(one, numbers) for one in by_key[key]))
            yield BATCH_READ
        yield from _member("rotations.csv", "".join(rotations))
        yield from _spooled("credits.csv", sheet)
    yield "\0" * (2 * _BLOCK)


def _classes(names: list[str]) -> str:
    """As Ultralytics reads it; texts in YAML may be written as in JSON."""
    listed = "".join(f"  {number}: {json.dumps(name)}\n" for number, name in enumerate(names))
    return f"path: .\ntrain: images\nval: images\nnames:{' {}' if not names else ''}\n{listed}"


def _readme(heading: Heading) -> str:
    title = f"Boxes on {one_line(heading.title)}"
    return README.format(title=title, dataset=heading.dataset, note=NOTE, specific=MOST_SPECIFIC)


def _lines(credited: Iterable[Credit]) -> Iterator[str]:
    """The sheet's lines behind its header."""
    lines = csv_sheet(credited, is_checked=True)
    next(lines)
    return lines


def _line(one: ExportedBox, numbers: dict[str, int]) -> str:
    return f"{numbers[one.box.mid]} {' '.join(map(decimal_text, box_center(one.box)))}\n"


def _member(name: str, text: str) -> Iterator[str]:
    size = len(text.encode())
    yield _head(name, size)
    yield text
    yield _padding(size)


def _spooled(name: str, file: IO[bytes]) -> Iterator[str]:
    """A member that lies in a file of UTF-8 text."""
    size = file.tell()
    file.seek(0)
    yield _head(name, size)
    yield from (line.decode() for line in file)
    yield _padding(size)


def _head(name: str, size: int) -> str:
    member = tarfile.TarInfo(f"{FOLDER}/{name}")
    member.size = size
    return member.tobuf(tarfile.USTAR_FORMAT).decode("ascii")


def _padding(size: int) -> str:
    return "\0" * (-size % _BLOCK)
