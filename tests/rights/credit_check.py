"""Finds pictures that are shown or handed out without whose they are, in pages, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

from browse.rights import Credit, attribution
from tests.html import Element, tree

THUMBNAIL = re.compile(r"/thumb/([0-9a-f]{16})/")
IMAGE_ID = re.compile(r"\b[0-9a-f]{16}\b")
PICTURE_ADDRESS = re.compile(r"/thumb/[0-9a-f]{16}/|staticflickr\.com/|open-images-dataset\.s3\.")
CREDIT_COLUMNS = {"ImageID", "License", "AuthorProfileURL", "Author", "Title"}
SOURCE_COLUMNS = {"OriginalLandingURL", "SourceURL"}

CreditOf = Callable[[str], Credit]
"""The credit of an image by its ImageID."""


def faults(content_type: str, text: str, credit_of: CreditOf, *, image_id: str = "") -> tuple[list[str], int]:
    """What lacks credit in an answer, and how many pictures were looked at. `image_id`: whose page it is, if any."""
    if content_type.startswith("text/html"):
        return html_faults(text, credit_of, image_id=image_id)
    if content_type.startswith("application/json"):
        return json_faults(json.loads(text), credit_of)
    if content_type.startswith("text/csv"):
        return csv_faults(text)
    if content_type.startswith("application/x-bibtex"):
        return bibtex_faults(text, credit_of)
    if content_type.startswith("application/x-tar"):
        return archive_faults(text)
    return text_faults(text, credit_of)


def archive_faults(text: str) -> tuple[list[str], int]:
    """Every image that a file of an archive is named by needs its credit in the archive's sheet."""
    with tarfile.open(fileobj=io.BytesIO(text.encode())) as archive:
        files = {one.name: archive.extractfile(one).read().decode() for one in archive}  # type: ignore[union-attr]
    (sheet,) = (content for name, content in files.items() if name.endswith("/credits.csv"))
    credited = {row["ImageID"] for row in csv.DictReader(io.StringIO(sheet, newline=""))}
    named = {image_id for name in files for image_id in IMAGE_ID.findall(name)}
    wrong, _ = csv_faults(sheet)
    return [*wrong, *sorted(named - credited)], len(named)


def html_faults(text: str, credit_of: CreditOf, *, image_id: str = "") -> tuple[list[str], int]:
    """Every picture, and every place that stands for one, needs the whole credit nearer than another picture."""
    found = [(element, _image_of(element) or image_id) for element in tree(text).walk() if _is_picture(element)]
    wrong = [
        f"{element.tag} of {owner or 'nobody knows what'}"
        for element, owner in found
        if not _credited(element, owner, credit_of)
    ]
    return wrong, len(found)


def _is_picture(element: Element) -> bool:
    """An image that is none of our own drawings, or the words that stand where there is none."""
    address = (
        element.attributes.get("src") or element.attributes.get("srcset") or element.attributes.get("data-src", "")
    )
    if element.tag in {"img", "source", "image", "video", "embed", "object"}:
        return not address.startswith("/static/")
    return "none" in element.attributes.get("class", "").split()


def _image_of(element: Element) -> str:
    for source in (element, *element.around()):
        found = THUMBNAIL.search(source.attributes.get("src", ""))
        if found:
            return found[1]
        if "data-image" in source.attributes:
            return source.attributes["data-image"]
    return ""


def _credited(picture: Element, image_id: str, credit_of: CreditOf) -> bool:
    if not image_id:
        return False
    credit = credit_of(image_id)
    for element in picture.around():
        owners = {_image_of(other) or image_id for other in element.walk() if _is_picture(other)}
        if owners != {image_id}:
            return False
        if _has_credit(element, credit):
            return True
    return False


def _has_credit(element: Element, credit: Credit) -> bool:
    words = {credit.title_text or "Untitled", credit.author_text, credit.license.short_name}
    links = {link for link in (credit.source_link, credit.author_link, credit.license.deed_url) if link}
    return all(word in element.text for word in words) and links <= element.addresses


def json_faults(value: Any, credit_of: CreditOf) -> tuple[list[str], int]:
    """Every object with an ImageID needs the whole credit, and no picture's address stands outside of one."""
    wrong, images = [], 0
    for path, found, inside in _walk(value, "answer", inside=False):
        if isinstance(found, dict):
            images += 1
            wrong += [
                f"{path}.{key}"
                for key, expected in _json_credit(found, credit_of).items()
                if _at(found, key) != expected
            ]
        elif not inside:
            wrong.append(f"{path} is the address of a picture without an ImageID")
    return wrong, images


def _walk(value: Any, path: str, *, inside: bool) -> Iterator[tuple[str, Any, bool]]:
    """Objects with an ImageID and addresses of pictures; whether the latter stand inside the former."""
    if isinstance(value, dict):
        is_image = isinstance(value.get("image_id"), str)
        inside = inside or is_image
        if is_image:
            yield path, value, inside
        for key, part in value.items():
            yield from _walk(part, f"{path}.{key}", inside=inside)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _walk(part, f"{path}[{number}]", inside=inside)
    elif isinstance(value, str) and PICTURE_ADDRESS.search(value):
        yield path, value, inside


def _json_credit(found: dict[str, Any], credit_of: CreditOf) -> dict[str, str | None]:
    credit = credit_of(found["image_id"])
    if isinstance(found.get("license"), int):  # COCO, whose licenses are a list of their own
        return {
            "title": credit.title,
            "author": credit.author,
            "author_url": credit.author_url,
            "flickr_url": credit.landing_url,
            "license_url": credit.license_url,
            "attribution": attribution(credit).text,
        }
    return {
        "title": credit.title or None,
        "author": credit.author or None,
        "author_url": credit.author_url or None,
        "landing_url": credit.landing_url or None,
        "license.name": credit.license.short_name,
        "license.url": credit.license.deed_url,
        "attribution.text": attribution(credit).text,
        "attribution.html": attribution(credit).html,
    }


def _at(value: dict[str, Any], path: str) -> Any:
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return f"no {path}"
        value = value[key]
    return value


def csv_faults(text: str) -> tuple[list[str], int]:
    """A file with pictures' addresses needs the columns of the credit."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    if not PICTURE_ADDRESS.search(text):
        return [], 0
    lacking = sorted(CREDIT_COLUMNS - set(header)) + ([] if SOURCE_COLUMNS & set(header) else ["for the source"])
    return [f"no column {name}" for name in lacking], len(rows)


def text_faults(text: str, credit_of: CreditOf) -> tuple[list[str], int]:
    """A line with a picture's address must hold the image's whole credit."""
    lines = [line for line in text.splitlines() if PICTURE_ADDRESS.search(line)]
    return [line for line in lines if not _line_credited(line, credit_of)], len(lines)


def bibtex_faults(text: str, credit_of: CreditOf) -> tuple[list[str], int]:
    """An entry with a picture's address must be the image's whole credit."""
    entries = [entry for entry in text.split("\n@")[1:] if PICTURE_ADDRESS.search(entry)]
    whole = {f"@{entry}".strip(): IMAGE_ID.findall(entry)[:1] for entry in entries}
    return [
        entry for entry, ids in whole.items() if not ids or attribution(credit_of(ids[0])).bibtex.strip() != entry
    ], len(entries)


def _line_credited(line: str, credit_of: CreditOf) -> bool:
    image_ids = IMAGE_ID.findall(line)
    given = [attribution(credit_of(image_id)) for image_id in image_ids[:1]]
    return any(whole.text in line or whole.markdown in line for whole in given)
