"""How often a fault was tried, and what came of it."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field

SCALE = float(os.environ.get("TRIES") or "1")
"""Which part of the whole plan is run."""
SHOWN = 20
"""So many of the things that went wrong are told."""


def times(full: int) -> int:
    """How many tries are made of those of the whole plan; at least one."""
    return max(1, round(full * SCALE))


def drawing(part: str) -> random.Random:
    """What a part draws from: the same again with the same SEED."""
    return random.Random(f"{os.environ.get('SEED', '0')} {part}")


@dataclass
class Tally:
    """Tries of one part of the plan. `notes`: figures beside these, by what they count."""

    name: str
    tries: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: dict[str, object] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def tried(self, what: object, *, holds: bool) -> None:
        """Count one try; `what` is told where it does not hold."""
        self.tries += 1
        if not holds:
            self.wrong.append(str(what))

    def figures(self) -> dict[str, object]:
        """The part's line of the report."""
        counted = {"part": self.name, "tries": self.tries, "survived": self.tries - len(self.wrong)}
        return {**counted, "lost or wrong": len(self.wrong), "s": round(time.monotonic() - self.began), **self.notes}
