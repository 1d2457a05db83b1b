"""WebDataset: tar files of samples, each a picture with its rows as JSON and its credit as text.

USTAR, without times and owners, so that the same set has the same bytes each time.
"""

from __future__ import annotations

import io
import tarfile
from typing import Any

from browse.sets.errors import SetError
from browse.sets.formats.output import Output, json_line
from browse.sets.formats.writer import Plain, SetInfo
from browse.sets.pictures import ENDING
from browse.sets.rows import Batch
from browse.sets.targets import NEGATIVE, POSITIVE

_PAIR = ("mid", "state", "confidence", "machine", "human", "target")


class WebDatasetWriter(Plain):
    """`{split}-000000.tar`, one for each batch: `<image_id>.jpg`, `.json` and `.txt`."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """Name the classes. Raises SetError for a set without pictures."""
        super().begin(about, out)
        if not about.recipe.pictures.are_wanted:
            raise SetError("format: webdataset holds pictures; choose original or rendered ones, or another format")
        called = {one.mid: one.class_name for one in about.classes}
        self._called = {mid: called.get(mid, mid) for mid in about.names}

    def write(self, batch: Batch, out: Output) -> None:
        """A tar file."""
        with (
            out.whole(f"{batch.split}-{batch.of_split:06d}.tar") as file,
            tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            for row, pairs, boxes in zip(batch.image_rows, batch.pairs_by_image, batch.boxes_by_image, strict=True):
                _add(tar, f"{row['image_id']}{ENDING}", batch.picture(out.folder, row["image_id"]))
                _add(tar, f"{row['image_id']}.json", json_line(self._sample(row, pairs) | self._boxes(boxes)) + b"\n")
                _add(tar, f"{row['image_id']}.txt", f"{row['attribution']}\n".encode())

    def _sample(self, row: dict[str, Any], pairs: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            **row,
            "positive": self._classes(pairs, POSITIVE),
            "negative": self._classes(pairs, NEGATIVE),
            "labels": [{name: pair[name] for name in _PAIR} for pair in pairs],
        }

    def _boxes(self, boxes: list[dict[str, Any]]) -> dict[str, Any]:
        """The boxes of a sample; nothing in sets without any."""
        return {} if self.about.boxes is None else {"boxes": boxes}

    def _classes(self, pairs: list[dict[str, Any]], target: int) -> list[str]:
        return [self._called[pair["mid"]] for pair in pairs if pair["target"] == target]


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """A file of the archive: TarInfo has neither time nor owner unless it is given them."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
