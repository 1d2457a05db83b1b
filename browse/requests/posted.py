"""The fields of a posted form, read one by one; what is wrong is named as with parameters of an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError, cut

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_TEXT = 2000
LONGEST_LINE = 200
_ROW = re.compile(r"-?[0-9]{1,19}")
_ADDRESS = re.compile(r"/[!-~]*")
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


def takes_file(view: View) -> View:
    """Marks a view whose form takes a file, of at most a megabyte; all others are refused theirs unread."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class Posted:
    """A form as it was sent. All raise BadQueryError, which says what is allowed."""

    data: QueryDict

    def text(self, name: str, *, most: int = LONGEST_TEXT, needed: bool = False) -> str:
        """A text without the white space around it; empty where it is missing and not needed."""
        value = self.data.get(name, "").strip()
        if len(value) > most:
            raise self._fault(name, f"is too long: at most {most:,} characters are allowed")
        if "\0" in value:
            raise self._fault(name, "must be text, without NUL characters")
        if needed and not value:
            raise self._fault(name, "is required")
        return value

    def line(self, name: str, *, needed: bool = False) -> str:
        """A short text."""
        return self.text(name, most=LONGEST_LINE, needed=needed)

    def choice(self, name: str, allowed: Iterable[str]) -> str:
        """One of these words."""
        words, value = list(allowed), self.data.get(name, "")
        if value not in words:
            raise self._fault(name, f"must be one of {', '.join(words)}")
        return value

    def must_be_empty(self, name: str, message: str) -> None:
        """For a field that another one leaves no room for."""
        if self.text(name):
            raise self._fault(name, message)

    def number(self, name: str) -> int:
        """A row's number."""
        value = self.data.get(name, "")
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise self._fault(name, "must be a whole number")
        return int(value)

    def lines(self, name: str) -> list[str]:
        """All the short texts of this name."""
        found = self.data.getlist(name)
        if any(len(value) > LONGEST_LINE or "\0" in value for value in found):
            raise self._fault(name, f"must be texts of at most {LONGEST_LINE} characters, without NUL characters")
        return found

    def keys(self, name: str) -> list[int]:
        """All the rows' numbers of this name, as databases have them: in 64 bits, images' below zero too."""
        found = [int(value) for value in self.data.getlist(name) if _ROW.fullmatch(value)]
        if len(found) != len(self.data.getlist(name)) or any(not _LEAST <= key <= _MOST for key in found):
            raise self._fault(name, "must be row numbers")
        return found

    def uid(self, name: str) -> UUID:
        """A row's UUID."""
        try:
            return UUID(self.data.get(name, ""))
        except ValueError as error:
            raise self._fault(name, "must be a UUID") from error

    def is_checked(self, name: str) -> bool:
        """Whether a box is checked."""
        return name in self.data

    def next_url(self, otherwise: str) -> str:
        """The address of ours to go on to (`next`), or another where none is given or it leads elsewhere."""
        return local_address(self.data.get("next", "")) or otherwise

    def _fault(self, name: str, message: str) -> BadQueryError:
        return BadQueryError([ParameterError(name, cut(self.data.get(name, "")), message)], Query())


def local_address(address: str) -> str:
    """The address, where it is one of this site as browsers send it, in visible ASCII; else empty."""
    is_ours = _ADDRESS.fullmatch(address) and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else ""
