"""How the sources of a run's annotations count: as the machine's word, or as raters' with which authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.plural import counted
from browse.query.pairs import AUTHORITY, MACHINE

OFFICIAL = (MACHINE, *AUTHORITY)


def source_report(levels: Mapping[str, npt.NDArray[np.int64]], known: Iterable[str]) -> list[dict[str, Any]]:
    """Each source of a run with its rows, how it counts, and what looks wrong.

    levels: rows at 0, 1, … 100 hundredths by source. known: all sources of the data set so far. Gives dictionaries of
    name, rows, counts_as (`machine` or `human`), authority (1 is the highest; None for the machine) and warnings.
    """
    before = list(dict.fromkeys([*OFFICIAL, *known, *sorted(levels)]))
    return [_described(name, levels[name], before) for name in sorted(levels, key=before.index)]


def _described(name: str, levels: npt.NDArray[np.int64], before: list[str]) -> dict[str, Any]:
    human = name != MACHINE
    warnings = []
    earlier = before[: before.index(name)]
    alike = next((other for other in earlier if other.casefold() == name.casefold()), None)
    if alike is not None:
        warnings.append(f"differs from `{alike}` only by case")
    between = int(levels[1:100].sum())
    if human and between:
        warnings.append(f"counts as human, with confidences other than 0 and 1 in {counted(between, 'row')}")
    place = AUTHORITY.index(name) if name in AUTHORITY else len(AUTHORITY)
    return {
        "name": name,
        "rows": int(levels.sum()),
        "counts_as": "human" if human else "machine",
        "authority": place + 1 if human else None,
        "warnings": warnings,
    }
