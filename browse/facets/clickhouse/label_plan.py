"""Which images a query of labels alone has to read, where totals of labels tell the rest. As SQL over `post`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from browse.facets.clickhouse.generation import Generation, listed
from browse.query.values import AnyTerm, Query, Term


def is_planned(query: Query) -> bool:
    """Whether a query asks for labels, and for nothing that is not counted beside them."""
    others = query.authors or query.text or query.caption or query.ids
    others = others or query.licenses or query.has or query.license_checks
    of_labels = all(isinstance(term, Term) and not term.below for _, term in query.terms)
    return bool(query.label or query.any) and not others and of_labels


@dataclass(frozen=True)
class LabelPlan:
    """What to read for one query of which `is_planned` says yes, and for those that differ by a facet's value."""

    generation: Generation
    query: Query

    @cached_property
    def labels(self) -> list[int]:
        """The labels that the query names, the one with the fewest pairs first."""
        sizes = self.generation.label_sizes
        return sorted({*map(self._label, (term for _, term in self.query.terms))}, key=lambda one: int(sizes[one]))

    def _label(self, term: AnyTerm) -> int:
        (mid, _), *_ = term.named
        return self.generation.label_numbers[mid]

    @cached_property
    def _required(self) -> set[int]:
        return {*map(self._label, self.query.label)}

    @cached_property
    def _any(self) -> list[int]:
        return [*map(self._label, self.query.any)]

    @property
    def _least(self) -> int:
        """So many of the `any` terms must hold."""
        return self.query.min_any if self._any else 0

    def _is_enough(self, label: int) -> bool:
        """Whether an image may match that has this one of the labels and no other."""
        return self._required <= {label} and self._any.count(label) >= self._least

    @cached_property
    def with_totals(self) -> list[int]:
        """The labels whose totals tell of the images that have this one of them and no other."""
        return [one for one in self.labels if self._is_enough(one) and one in self.generation.label_totals.there]

    def sources(self) -> Iterator[str]:
        """Pairs that lead to all images to be read, to each once: by the smallest of the labels that it has.

        Read are those that may match and have several of the labels, or one alone without totals.
        """
        for place, label in enumerate(self.labels):
            earlier, later = self.labels[:place], self.labels[place + 1 :]
            if self._required & {*earlier}:
                return  # no image without that one matches
            further = sorted(self._required - {label})
            asked = [f"label = {label}", *(f"has(labels, {one})" for one in further)]
            if earlier:
                asked.append(f"NOT {_has_any(earlier)}")
            others = [one for one in self._any if one != label and one not in earlier]
            missing = self._least - self._any.count(label)
            if missing > len(others):
                continue
            if missing == 1:
                asked.append(_has_any(others))
            elif missing > 1:
                asked.append(f"{' + '.join(f'has(labels, {one})' for one in others)} >= {missing}")
            elif not further and label in self.with_totals:
                if not later:
                    return
                asked.append(_has_any(later))
            yield " AND ".join(asked)


def _has_any(labels: Sequence[int]) -> str:
    if len(labels) == 1:
        return f"has(labels, {labels[0]})"
    return f"hasAny(labels, CAST([{listed(labels)}] AS Array(UInt16)))"
