"""The data set digest: a name of what a data set holds, the same wherever and however it was imported.

docs/dataset-digest.md gives the byte layout. Nothing of this installation is in it: neither row ids nor curation, nor
label names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from browse.domain.hierarchy import HierarchyEdge

RUN_IMAGES = 65_536
"""Images whose rows are hashed together; images are numbered by ImageID."""
IMAGES = "images"
ANNOTATIONS = "annotations"
HIERARCHY = "hierarchy"
DIGEST_HEADER = "X-Dataset-Digest"
_HEAD = b"Open Images data set digest 1\n"


@dataclass(frozen=True)
class Section:
    """The rows of one kind.

    digests: 32 bytes for each run of RUN_IMAGES images, those without such rows too; for rows of no image one run.
    """

    kind: str
    rows: int
    digests: bytes


def dataset_digest(sections: Iterable[Section]) -> str:
    """64 hex digits: the SHA-256 over the sections that have rows, in the order given."""
    whole = hashlib.sha256(_HEAD)
    for section in sections:
        if section.rows:
            whole.update(_field(section.kind.encode()) + section.rows.to_bytes(8, "little") + section.digests)
    return whole.hexdigest()


def hierarchy_section(edges: Iterable[HierarchyEdge]) -> Section:
    """The hierarchy's rows, by parent, child and whether it is a part."""
    rows = sorted((edge.parent.encode(), edge.child.encode(), edge.is_part) for edge in edges)
    whole = hashlib.sha256()
    for parent, child, is_part in rows:
        whole.update(_field(parent) + _field(child) + bytes([is_part]))
    return Section(HIERARCHY, len(rows), whole.digest())


def _field(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little") + data


def run_count(images: int) -> int:
    """How many runs so many images make."""
    return -(-images // RUN_IMAGES)


def hashing_threads() -> ThreadPoolExecutor:
    """Threads for runs: packing and hashing both leave the interpreter's lock, so each thread is a core's worth."""
    return ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="digest")


def digest_headers(digest: str) -> dict[str, str]:
    """The header that names the data set of an answer; none where its digest is not known."""
    return {DIGEST_HEADER: digest} if digest else {}
