"""What pages ask of names: wherever they are looked up, presentation is handed something that tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from browse.query.phrases import Naming


class Names(Naming, Protocol):
    """Names of labels, authors and licenses, and what is below a label, all of one version of the data set."""

    @property
    def renamed(self) -> Mapping[str, str]:
        """The data set's own names of labels that curators call otherwise, by MID."""

    @property
    def ambiguous(self) -> frozenset[str]:
        """The names that more than one label has."""

    def label(self, mid: str) -> str:
        """A label's name, or its MID where it has none."""

    def note(self, mid: str) -> str:
        """For a label that shares its name: its MID and the labels it mostly occurs with; else empty."""

    def company(self, mid: str) -> str:
        """For a label that shares its name, the labels it mostly occurs with: "with tree, wood"; else empty."""

    def below(self, mid: str) -> Sequence[str]:
        """The labels below one in the hierarchy."""

    def is_ambiguous(self, mid: str) -> bool:
        """Whether another label has the same name."""
