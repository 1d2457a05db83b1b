"""The pages of training sets that were asked for: the list, and one with all that is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from browse.domain.plural import counted
from browse.presentation.pages.image import in_bytes
from browse.presentation.pages.new_set import FORMAT_NAMES, LEFT_OUT_WORDS, expected_words
from browse.presentation.parts.addresses import label_address, own_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.tiles import plain_tiles
from browse.sets.finished import Finished
from browse.sets.formats.snippets import SHELL, SNIPPETS
from browse.sets.formats.writer import MaskNumbers, PictureNumbers

STATE_WORDS = {
    "waiting": "waiting for its turn",
    "building": "being built",
    "canceling": "being canceled",
    "done": "done",
    "failed": "failed",
    "canceled": "canceled",
}


@dataclass(frozen=True)
class SetHead:
    """A set as lists and its own page name it.

    share: thousandths that are done of what is being done now.
    """

    uid: UUID
    title: str
    href: str
    at: str
    state: str
    state_words: str
    doing: str
    share: int
    message: str
    formats: str
    is_open: bool


@dataclass(frozen=True)
class FileRow:
    """A file of a set."""

    name: str
    href: str
    size: str
    sha256: str


def title_of(title: str, labels: int) -> str:
    """What a set is called, where nobody named it."""
    return title or f"Training set of {counted(labels, 'label')}"


def finished_context(found: Finished, names: Names, *, uid: UUID, formats: list[str], address: str) -> dict[str, Any]:
    """What the template takes for a finished set. address: the full one of its page."""
    since = found.since
    return {
        "found": found,
        "splits": list(found.splits.items()),
        "authors": counted(found.authors, "author"),
        "labels": [
            (
                one,
                label_address(one.mid),
                f"≥ {one.threshold}" if one.threshold else "verified only",
                expected_words(one.expected, unverified=bool(one.threshold)),
            )
            for one in found.labels
        ],
        "has_unlike": any(one.is_unlike for one in found.labels),
        "left_out": [
            (LEFT_OUT_WORDS.get(reason, reason), number) for reason, number in found.left_out.items() if number
        ],
        "left_out_labels": [(names.distinct(mid), why) for mid, why in found.left_out_labels.items()],
        "files": [
            FileRow(one.name, file_address(uid, one.name), in_bytes(one.size), one.sha256) for one in found.files
        ],
        "total": in_bytes(sum(one.size for one in found.files) + (found.pictures.bytes if found.pictures else 0)),
        "number_of_files": len(found.files) + (found.pictures.got if found.pictures else 0),
        "pictures": None if found.pictures is None else pictures_words(found.pictures),
        "masks": None if found.masks is None else masks_words(found.masks),
        "tiles": plain_tiles(found.samples, href=own_address, size="s"),
        "snippets": [(FORMAT_NAMES[name], "shell" if name in SHELL else "Python", SNIPPETS[name]) for name in formats],
        "credit_files": [(name, file_address(uid, name)) for name in ("CREDITS.md", "CREDITS.csv")],
        "citation_file": file_address(uid, "CITATION.cff"),
        "since": since,
        "thresholds": [(names.distinct(mid), before, now) for mid, before, now in since.thresholds],
        "fetching": fetching(f"{address}/files/"),
    }


def pictures_words(found: PictureNumbers) -> str:
    """Such as "200 pictures, 45 MB (45,000,000 bytes); 3 missing"."""
    missing = sum(found.missing.values())
    lost = f"; {missing:,} missing" if missing else ""
    return f"{counted(found.got, 'picture')}, {in_bytes(found.bytes)}{lost}"


def masks_words(found: MaskNumbers) -> str:
    """Such as "200 masks; 3 left out: 2 missing, 1 damaged"."""
    reasons = ", ".join(f"{number:,} {reason}" for reason, number in found.left_out.items() if number)
    lost = f"; {sum(found.left_out.values()):,} left out: {reasons}" if reasons else ""
    return f"{counted(found.masks, 'mask')}{lost}"


def fetching(folder: str) -> str:
    """The commands that fetch all files of a set, go on where they were interrupted, and check them."""
    return "\n".join(
        [
            f"curl -LO {folder}files.txt",
            f"wget -c -x -nH --cut-dirs=3 -B {folder} -i files.txt",
            "sha256sum -c SHA256SUMS",
        ]
    )


def file_address(uid: UUID, name: str) -> str:
    """The address of a file of a set."""
    return reverse("browse:set-file", args=[uid, name])


def bibtex(*, title: str, year: int, row_hash: str, address: str) -> str:
    """The set as an entry for BibTeX."""
    plain = "".join(one for one in title if one not in "{}\\")
    return "\n".join(
        [
            f"@misc{{trainingset-{row_hash[:12]},",
            f"  title = {{{plain}}},",
            "  author = {{The photographers named in CREDITS.csv}},",
            f"  year = {{{year}}},",
            f"  howpublished = {{\\url{{{address}}}}},",
            f"  note = {{A selection of Open Images. Row hash {row_hash}}},",
            "}",
        ]
    )
