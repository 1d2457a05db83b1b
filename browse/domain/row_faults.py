"""What is wrong with rows that come many at once: each fault named by its row's place and its field."""

from __future__ import annotations

from dataclasses import dataclass, field

FAULTS_TOLD = 100
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one field of a row; rows are counted from 0, and the field is empty where it is the row."""

    row: int
    field: str
    value: str
    message: str

    @property
    def place(self) -> str:
        """Such as rows[3].mid."""
        return f"rows[{self.row}]" + (f".{self.field}" if self.field else "")


class BadRowsError(ValueError):
    """Rows that cannot be taken; none of them was. Only the first FAULTS_TOLD faults are told."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = sorted(faults, key=lambda one: one.row)[:FAULTS_TOLD]
        super().__init__("; ".join(f"{one.place}: {one.message}" for one in self.faults))


@dataclass
class Faults:
    """What was found wrong so far."""

    found: list[RowFault] = field(default_factory=list)

    def add(self, row: int, name: str, value: str, message: str) -> None:
        """Note one; long texts are cut, and what UTF-8 cannot carry is replaced."""
        self.found.append(RowFault(row, _shown(name), _shown(value), message))

    def end(self) -> None:
        """Raises BadRowsError where there are any."""
        if self.found:
            raise BadRowsError(self.found)


def _shown(text: str) -> str:
    return text[:LONGEST_SHOWN].encode(errors="replace").decode()
