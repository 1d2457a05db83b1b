"""Checks those parameters of a request that an endpoint takes, and makes the nearest valid request of them.

django-filter's FilterSet validates; nothing is ever filtered by it: what comes out is a frozen Query for the engine.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from browse.models import Image
from browse.query.canonical import canonical
from browse.query.edits import can_sort, with_terms
from browse.query.fields import CONDITIONS, Known
from browse.query.spelling import UNESCAPED
from browse.query.values import KINDS, MAX_IDS, MAX_SEED, MAX_TERMS, Query, Role, Sort
from browse.requests.definitions import QUERY_PARAMETERS
from browse.requests.parameters import (
    BadQueryError,
    Parameter,
    ParameterError,
    ParameterField,
    cut,
    fault,
    parameter_error,
)

MOST_ERRORS = 20


class BrowseForm(forms.Form):
    """The rules between parameters; each parameter's own are its field's."""

    def clean(self) -> dict[str, Any]:
        if "label" in self.fields:
            self._check_number_of_terms()
            self._check_number_of_ids()
            self._check_min_any()
            self._check_order()
            self._check_has()
        return self.cleaned_data

    def good(self, name: str) -> list[Any]:
        """The values of a parameter that could be taken."""
        return cast(ParameterField, self.fields[name]).good if name in self.fields else []

    def _fault(self, name: str, message: str) -> None:
        self.add_error(name, fault(message, cast(QueryDict, self.data).getlist(name)[0]))

    def _check_number_of_terms(self) -> None:
        terms = [(role, term) for role in Role for term in dict.fromkeys(self.good(role))]
        if len(terms) > MAX_TERMS:
            role = terms[MAX_TERMS][0]
            self._fault(role, f"there are {len(terms)} terms; at most {MAX_TERMS} are allowed")

    def _check_number_of_ids(self) -> None:
        number = len(set(self.good("id")))
        if number > MAX_IDS:
            self._fault("id", f"there are {number} images; at most {MAX_IDS} are allowed")

    def _check_min_any(self) -> None:
        if not self.cleaned_data.get("min_any") or "any" in self.errors:
            return
        number = len(set(self.good("any")))
        if not number:
            self._fault("min_any", "needs at least one `any` term")
        elif self.cleaned_data["min_any"] > number:
            self._fault("min_any", f"must be at most the number of different `any` terms, which is {number}")

    def _check_order(self) -> None:
        sort, seed = self.cleaned_data.get("sort"), self.cleaned_data.get("seed")
        if sort is Sort.RANDOM and seed is None and "seed" not in self.errors:
            self._fault("sort", f"random needs a seed from 0 to {MAX_SEED}")
        if not can_sort(Query(label=tuple(self.good("label"))), sort) and "label" not in self.errors:
            what = "a pair" if sort is Sort.CONFIDENCE else "boxes"
            self._fault("sort", f"{sort} needs a `label` term about {what}; image_id and random do not")
        if seed is not None and sort is not Sort.RANDOM and "sort" not in self.errors:
            self._fault("seed", "is only allowed with sort=random")

    def _check_has(self) -> None:
        given = set(self.good("has"))
        for kind in KINDS:
            if {kind, f"-{kind}"} <= given:
                self._fault("has", f"{kind} and -{kind} exclude each other")


class BrowseFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """Validates those parameters of a request that an endpoint takes. Never asked for its queryset."""

    class Meta:
        model = Image
        fields: ClassVar[list[str]] = []
        form = BrowseForm

    def __init__(self, data: QueryDict, takes: Mapping[str, Parameter], known: Known | None) -> None:
        super().__init__(data, Image.objects.none())
        self.filters, self.known = dict(takes), known
        for field in self.form.fields.values():
            field.known = known

    def faults(self) -> Iterator[ParameterError]:
        """Everything that is wrong: unknown parameters first, then in the order of the definition."""
        for name in self.data:
            if name not in self.filters:
                value = next(iter(self.data.getlist(name)), "")
                yield ParameterError(cut(name), cut(value), self._allowed_instead_of(name))
        errors = cast(dict[str, list[ValidationError]], self.form.errors.as_data())
        for name in self.filters:
            yield from (parameter_error(name, error) for error in errors.get(name, []))

    def with_names_corrected(self) -> BrowseFilterSet:
        """The same with misspelt names spelt as they are probably meant, where that parameter may stand here."""
        data = QueryDict(mutable=True)
        for name in self.data:
            meant = name if name in self.filters else self._meant_by(name)
            if meant and (meant == name or meant not in self.data or self.filters[meant].repeats):
                data.setlistdefault(meant).extend(self.data.getlist(name))
        return BrowseFilterSet(data, self.filters, self.known)

    def address(self) -> str:
        """The query string of everything that could be taken: the query's canonical form, then the rest as given."""
        if "label" not in self.filters:
            return urlencode(self._texts(self.filters), safe=UNESCAPED)
        extra = urlencode(self._texts(self.filters.keys() - QUERY_PARAMETERS.keys()), safe=UNESCAPED)
        return "&".join(part for part in (canonical(self.query()), extra) if part)

    def _texts(self, names: Collection[str]) -> list[tuple[str, str]]:
        fields = cast(dict[str, ParameterField], self.form.fields)
        return [(name, text) for name in self.filters if name in names for text in fields[name].good_texts]

    def value(self, name: str) -> Any:
        """The first good value of a parameter that does not repeat, or None."""
        return next(iter(self.form.good(name)), None)

    def query(self) -> Query:
        """The query; where something is wrong, the nearest valid one."""
        good = self.form.good
        sort, seed = self.value("sort") or Sort.IMAGE_ID, self.value("seed")
        query, room = Query(), MAX_TERMS
        for field in CONDITIONS:
            query = field.replaced(query, good(field.name))
        query = replace(query, has=frozenset(one for one in query.has if f"-{one}" not in query.has))
        query = replace(query, ids=frozenset(list(dict.fromkeys(good("id")))[:MAX_IDS]))
        for role in Role:
            terms = list(dict.fromkeys(good(role)))[:room]
            query, room = with_terms(query, role, terms), room - len(terms)
        query = replace(query, min_any=max(1, min(self.value("min_any") or 1, len(query.any))))
        if sort is Sort.RANDOM and seed is not None:
            return replace(query, sort=sort, seed=seed)
        return replace(query, sort=sort) if sort is not Sort.RANDOM and can_sort(query, sort) else query

    def _allowed_instead_of(self, name: str) -> str:
        if not self.filters:
            return "is not allowed: there are no parameters here"
        meant = self._meant_by(name)
        question = f"; did you mean {meant}?" if meant else "."
        return f"is not a parameter here{question} Allowed are {', '.join(self.filters)}"

    def _meant_by(self, name: str) -> str | None:
        """The parameter whose name is closest, where any is close."""
        return next(iter(difflib.get_close_matches(name[:40].lower(), self.filters, n=1)), None)


def read_values(data: QueryDict, takes: Mapping[str, Parameter], known: Known | None) -> BrowseFilterSet:
    """The values of these parameters, and no others. Raises BadQueryError with every fault."""
    filters = BrowseFilterSet(data, takes, known)
    errors = list(filters.faults())
    if errors:
        nearest = filters.with_names_corrected()
        nearest.form.full_clean()
        raise BadQueryError(errors[:MOST_ERRORS], nearest.query(), nearest.address())
    return filters
