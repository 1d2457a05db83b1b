"""What a first import prepared, as the index build takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import BOX_ROW
from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts
from browse.openimages.loading.row_tables import ROW_TABLES
from browse.openimages.merging.image_table import ARRAYS, HAS_ROTATIONS
from browse.openimages.merging.image_texts import CREDITED, ENDS, TEXT
from browse.openimages.merging.merge_boxes import BOXES
from browse.openimages.merging.prepare import IMAGE_DIGESTS, Preparation


def prepared_arrays(merge: Preparation) -> DatasetArrays:
    """The arrays of a whole data set; large columns stay on disk."""
    folder = merge.folder
    columns: dict[str, Any] = {name: _mapped(folder / name, kind) for name, kind in ARRAYS.items()}
    columns |= {kind.name: _mapped(folder / kind.name, kind.dtype) for kind in ROW_TABLES}
    columns |= {kind.texts: merge.words[kind.name] for kind in ROW_TABLES}
    return DatasetArrays(
        image_keys=merge.keys,
        **columns,
        license_slugs=_lines(folder / "license_slugs"),
        titles=_texts(folder, "titles"),
        author_names=_texts(folder, "author_names"),
        credited=_mapped(folder / CREDITED, np.uint32),
        credited_names=_texts(folder, "credited_names"),
        author_keys=_texts(folder, "author_keys"),
        author_ids=np.fromfile(folder / "author_ids", np.int32),
        label_mids=merge.label_mids,
        sources=[name for name, _ in sorted(merge.sources.items(), key=lambda item: item[1])],
        annotations=_mapped(folder / "annotations", np.uint64),
        image_digests=(folder / IMAGE_DIGESTS).read_bytes(),
        has_rotations=(folder / HAS_ROTATIONS).exists(),
        hierarchy=merge.hierarchy,
        boxes=_mapped(folder / BOXES, BOX_ROW),
    )


def _texts(folder: Path, name: str) -> Texts:
    return Texts(_mapped(folder / f"{name}{TEXT}", np.uint8), _mapped(folder / f"{name}{ENDS}", np.int64))


def _mapped(path: Path, kind: Any) -> npt.NDArray[Any]:
    return np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return text.split("\n") if text else []
