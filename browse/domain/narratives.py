"""Localized narratives: what annotators said of an image, and where their pointer was meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_CHARACTERS = 20_000
"""Of a caption; the longest of the releases has some two thousand."""
RECORDINGS = "https://storage.googleapis.com/localized-narratives/voice-recordings/"
NARRATIVE_ROW = np.dtype(
    [
        ("image", "<u4"),
        ("number", "<u2"),
        ("annotator", "<u2"),
        ("caption", "<u4"),
        ("recording", "<u4"),
        ("file", "<u4"),
        ("begin", "<i8"),
    ]
)
"""One narrative. image: number; number: its place among the image's narratives, from 0, in file order.

caption, recording, file: numbers of texts of the kind's own. begin: where its line begins in the file.
"""
NarrativeRows = npt.NDArray[np.void]


def no_narratives() -> NarrativeRows:
    """No rows."""
    return np.empty(0, NARRATIVE_ROW)


@dataclass(frozen=True)
class Narrative:
    """What one annotator said of an image.

    recording  the name of the voice recording; empty where there is none.
    file       the file that it was read from, which alone has the trace; empty where that lay packed or elsewhere.
    begin      where its line begins there.
    """

    annotator: int
    caption: str
    recording: str = ""
    file: str = ""
    begin: int = 0

    @property
    def recording_url(self) -> str | None:
        """Where the voice can be heard."""
        return f"{RECORDINGS}{self.recording}" if self.recording else None


@dataclass(frozen=True)
class TracePoint:
    """Where the pointer was, in seconds from the beginning; x, y as of boxes, but also beyond the picture."""

    x: float
    y: float
    t: float


@dataclass(frozen=True)
class Utterance:
    """A part of the caption, and from when to when it was said, in seconds."""

    text: str
    begin: float
    end: float


@dataclass(frozen=True)
class Timed:
    """A narrative in time: its utterances in order, and the pointer's ways."""

    utterances: tuple[Utterance, ...]
    traces: tuple[tuple[TracePoint, ...], ...]
