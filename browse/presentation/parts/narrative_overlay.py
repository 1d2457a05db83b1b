"""Narratives: captions in steps, and the pointer's way over a picture in the same steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from browse.domain.narratives import Narrative, Timed, TracePoint
from browse.domain.plural import counted
from browse.presentation.parts.overlay import COLORS

SIDE = 1000
"""Of the square that the whole picture is, in the units of ways."""
MOST_POINTS = 40
"""Of a step's way: enough for its bends."""


@dataclass(frozen=True)
class Step:
    """A part of a caption: its text, and from 1 which step says it; 0 for what is between."""

    text: str
    number: int
    color: int


@dataclass(frozen=True)
class Way:
    """Where the pointer went during a step, as the path of an SVG."""

    number: int
    color: int
    path: str


@dataclass(frozen=True)
class ToldNarrative:
    """A narrative; number: from 1. Without a trace its caption is one part, and there are no ways."""

    number: int
    annotator: int
    caption: str
    recording: str
    parts: tuple[Step, ...]
    ways: tuple[Way, ...]
    last: int


@dataclass(frozen=True)
class Narration:
    """The narratives of a picture in file order."""

    told: tuple[ToldNarrative, ...]

    @property
    def drawn(self) -> list[ToldNarrative]:
        """Those with a way to draw."""
        return [one for one in self.told if one.ways]

    @property
    def is_partly_lost(self) -> bool:
        """Whether the trace of any is not there."""
        return len(self.drawn) < len(self.told)

    @property
    def count(self) -> str:
        """How many can be drawn, in words."""
        return counted(len(self.drawn), "narrative")


def narration(narratives: Sequence[tuple[Narrative, Timed | None]], rotation: int | None) -> Narration:
    """The narratives of a picture that is turned by `rotation`."""
    return Narration(
        tuple(_told(number, *narrative, rotation=rotation) for number, narrative in enumerate(narratives, 1))
    )


def _told(number: int, narrative: Narrative, timed: Timed | None, *, rotation: int | None) -> ToldNarrative:
    return ToldNarrative(
        number=number,
        annotator=narrative.annotator,
        caption=narrative.caption,
        recording=narrative.recording_url or "",
        parts=_parts(narrative.caption, timed),
        ways=_ways(timed, rotation) if timed else (),
        last=len(timed.utterances) if timed else 0,
    )


def _parts(caption: str, timed: Timed | None) -> tuple[Step, ...]:
    """The caption whole: the steps that say it, and what is between; a step whose words are not there is left out."""
    found, at = [], 0
    for number, utterance in enumerate(timed.utterances if timed else (), 1):
        begin = caption.find(utterance.text, at) if utterance.text else -1
        if begin < 0:
            continue
        if begin > at:
            found.append(Step(caption[at:begin], 0, 0))
        at = begin + len(utterance.text)
        found.append(Step(caption[begin:at], number, _color(number)))
    if at < len(caption):
        found.append(Step(caption[at:], 0, 0))
    return tuple(found)


def _color(number: int) -> int:
    return (number - 1) % COLORS


def _ways(timed: Timed, rotation: int | None) -> tuple[Way, ...]:
    """Each step's way, which begins when its words do and ends where the next one's begins."""
    begins = [one.begin for one in timed.utterances]
    if not begins:
        return ()
    pieces: dict[int, list[str]] = {}
    for trace in timed.traces:
        by_step: dict[int, list[TracePoint]] = {}
        before = None
        for point in trace:
            step = max(bisect_right(begins, point.t), 1)
            if step not in by_step and before is not None:
                by_step[step] = [before]
            by_step.setdefault(step, []).append(point)
            before = point
        for step, points in by_step.items():
            pieces.setdefault(step, []).append(_path(points, rotation))
    return tuple(Way(step, _color(step), " ".join(paths)) for step, paths in sorted(pieces.items()))


def _path(points: Sequence[TracePoint], rotation: int | None) -> str:
    """Some of these points, the first and the last among them, joined; one alone is a dot."""
    every = -(-len(points) // MOST_POINTS)
    some = [*points[::every], *([points[-1]] if (len(points) - 1) % every else [])]
    places = [_turned(point, rotation) for point in (some if len(some) > 1 else some * 2)]
    return "M" + "L".join(f"{round(SIDE * x)} {round(SIDE * y)}" for x, y in places)


def _turned(point: TracePoint, rotation: int | None) -> tuple[float, float]:
    """Where a point lies once its picture is turned, as `place_of` turns boxes; beyond the picture it stays there."""
    x, y = (min(max(side, -1.0), 2.0) for side in (point.x, point.y))
    return {90: (y, 1 - x), 180: (1 - x, 1 - y), 270: (1 - y, x)}.get(rotation or 0, (x, y))
