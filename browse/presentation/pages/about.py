"""What the About page explains, in the words and with the limits that the other pages use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from browse.domain.comparison import MIN_VERIFIED
from browse.domain.releases import rule_of
from browse.presentation.parts.values import STATE_MEANINGS, STATE_WORDS
from browse.query.values import STATES


@dataclass(frozen=True)
class StateEntry:
    """A state, what pages call it, and what it means."""

    name: str
    word: str
    meaning: str


def about_context(release: str) -> dict[str, Any]:
    """What the template takes. release: of the data set, such as v7; empty where it is not known."""
    meanings = {state: STATE_MEANINGS[state].partition(": ")[2] for state in STATES}
    return {
        "states": [StateEntry(str(state), STATE_WORDS[state], meanings[state]) for state in STATES],
        "min_verified": MIN_VERIFIED,
        "release": release.upper(),
        "rule": rule_of(release),
    }
