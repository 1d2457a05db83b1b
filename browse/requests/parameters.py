"""How one parameter of a query string is read: a django-filter Filter that never filters.

All values of a parameter are seen, also empty and repeated ones, and every fault is kept with its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from browse.query.box_terms import PREFIX, BoxTerm
from browse.query.fields import Check, Known
from browse.query.grammar import CONTROL, Kind, TermText
from browse.query.point_terms import POINT_PREFIX
from browse.query.relation_terms import REL_PREFIX
from browse.query.values import Query, Term

LONGEST_VALUE = 500
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class ParameterError:
    """What is wrong with one value: a long value is cut, and the message says what is allowed."""

    parameter: str
    value: str
    message: str


class BadQueryError(ValueError):
    """A request whose parameters cannot be taken.

    nearest     a valid query made of what was right.
    address     the query string that asks for it and for all else that was right.
    """

    def __init__(self, errors: list[ParameterError], nearest: Query, address: str = "") -> None:
        super().__init__("; ".join(f"{error.parameter}={error.value}: {error.message}" for error in errors))
        self.errors = errors
        self.nearest = nearest
        self.address = address


def fault(message: str, value: str) -> ValidationError:
    """A fault of one value, as forms carry it."""
    return ValidationError("%(message)s", params={"message": message, "value": value})


def parameter_error(parameter: str, error: ValidationError) -> ParameterError:
    """The fault of a parameter, fit to be shown."""
    params = cast(dict[str, str], error.params)
    return ParameterError(cut(parameter), cut(params["value"]), params["message"])


def cut(text: str) -> str:
    """The text, or its beginning where it is too long to be shown; control characters are replaced."""
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return CONTROL.sub("\ufffd", shown)


class AllValues(forms.Widget):
    """Hands over every value of a parameter, in order; an empty list where it is absent."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return cast(QueryDict, data).getlist(name)


class ParameterField(forms.Field):
    """Reads the values of one parameter: a tuple where it repeats, else one value or None.

    After `clean`, `good` holds every value that could be taken, whatever was wrong with the others, and `good_texts`
    how those were spelt.
    """

    widget = AllValues
    known: Known | None = None

    def __init__(self, *, kind: Kind, repeats: bool, check: Check | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind, self.repeats, self.check = kind, repeats, check
        self.good: list[Any] = []
        self.good_texts: list[str] = []

    def clean(self, value: Any) -> Any:
        self.good, self.good_texts = [], []
        errors = []
        for number, text in enumerate(cast(list[str], value)):
            try:
                self.good.append(self._read(text, first=number == 0))
                self.good_texts.append(text)
            except ValueError as error:
                errors.append(fault(str(error), text))
        if errors:
            raise ValidationError(errors)
        return tuple(self.good) if self.repeats else next(iter(self.good), None)

    def _read(self, text: str, *, first: bool) -> Any:
        if not (first or self.repeats):
            raise ValueError("may be given only once")
        if len(text) > LONGEST_VALUE:
            raise ValueError(f"is too long: at most {LONGEST_VALUE} characters are allowed")
        try:
            value = self.kind(text)
        except ValueError:
            self._salvage(text)
            raise
        missing = self.check(self.known, value) if self.check and self.known else None
        if missing:
            self._salvage(text)
            raise ValueError(missing)
        return value

    def _salvage(self, text: str) -> None:
        """Keep the label of a term that cannot be taken as it is."""
        if text.startswith((REL_PREFIX, POINT_PREFIX)):
            return
        of_boxes = text.startswith(PREFIX)
        mid = re.split("[~@:*]", text.removeprefix(PREFIX), maxsplit=1)[0]
        known = self.known if isinstance(self.kind, TermText) else None
        if known and known.has_label(mid) and (known.has_boxes or not of_boxes):
            self.good.append(BoxTerm(mid) if of_boxes else Term(mid))


class Parameter(django_filters.Filter):  # type: ignore[misc]
    """One parameter: the kind of its values, whether it repeats, and a check against the data set."""

    field_class = ParameterField

    def __init__(self, kind: Kind, help_text: str, *, repeats: bool = False, check: Check | None = None) -> None:
        super().__init__(label="", kind=kind, repeats=repeats, check=check, help_text=help_text)
        self.kind, self.repeats, self.help_text = kind, repeats, help_text
