"""The engine over ClickHouse shards: statements to all of them, numbers added up, curators' changes sent along."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from browse.domain.text_words import words as words_of
from browse.facets.clickhouse import counting, ordering
from browse.facets.clickhouse.annotations import AnnotationAnswers
from browse.facets.clickhouse.candidates import ShardCandidates
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import is_word
from browse.facets.clickhouse.facets import Facets
from browse.facets.clickhouse.generation import Generation, listed
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.likeness import most_alike
from browse.facets.clickhouse.selected import Selected
from browse.facets.clickhouse.shards import Shards
from browse.facets.clickhouse.statistics import ShardStatistics
from browse.facets.engine import Engine, FacetCounts, PageOfImages, UnknownValueError
from browse.facets.errors import QueryTimeoutError
from browse.facets.facet_counts import AnyTermFacet, BoxTermFacet, PlainTermFacet, TermFacet
from browse.query.box_terms import BoxTerm, variants_of
from browse.query.edits import replace_term
from browse.query.fields import FACETS, IMAGE_FIELDS, Field
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import (
    KINDS,
    LICENSE_CHECKS,
    STATES,
    SUBSETS,
    AnyTerm,
    CheckOutcome,
    ConfidenceRange,
    Query,
    Role,
)


def open_clickhouse(index_dir: Path, name: str) -> ClickHouseEngine:
    """The engine over a generation in the shards that settings name; of the index folder nothing is read.

    Raises IndexUnusableError where a shard does not have it whole.
    """
    return ClickHouseEngine(Generation(Shards(settings.CLICKHOUSE_SHARDS), name))


class ClickHouseEngine(AnnotationAnswers, Engine):
    """Answers over one generation in the shards and what curators changed. Threads may share one."""

    def __init__(self, generation: Generation, changes: Changes | None = None) -> None:
        self.changes = changes or Changes(generation)
        self._generation = generation

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None = None,
        checks: Mapping[int, CheckOutcome] | None = None,
    ) -> ClickHouseEngine:
        """The engine with other words on some pairs, other hidden images, and other newest license checks."""
        return ClickHouseEngine(self._generation, self.changes.with_changes(rulings, hidings, checks))

    def without_corrections(self) -> ClickHouseEngine:
        """The engine of the data set alone."""
        return ClickHouseEngine(self._generation)

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        self.check(query, deadline)
        return self.changes.images if counting.is_all(query) else counting.count(self._images(query, deadline))

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """Page `number`, from 1, of `size` images; empty after the last."""
        self.check(query, deadline)
        start = (number - 1) * size
        return PageOfImages(*ordering.page(self._images(query, deadline), query, start, start + size))

    def after(self, query: Query, key: int | None, *, size: int, deadline: float | None = None) -> list[int]:
        """The first `size` matching images after a database key, None being before all, in the order of ImageIDs."""
        self.check(query, deadline)
        images = self._images(query, deadline)
        later = "1" if key is None else f"key > {key}"
        rows = images.ask_rows(f"SELECT key FROM {images.matching(['key'], further=later)} ORDER BY key LIMIT {size}")
        return sorted(int(found) for (found,) in rows)[:size]

    def selected(self, query: Query, *, limit: int | None = None, deadline: float | None = None) -> Selected:
        """The images that match, or the first `limit` of them in the query's order, to count what they have."""
        self.check(query, deadline)
        return Selected.of(self.changes, query, limit, deadline)

    def candidates(self, query: Query, *, deadline: float | None = None) -> ShardCandidates:
        """The images that match, with their pairs, for a training set to be chosen from."""
        self.check(query, deadline)
        return ShardCandidates(self.changes, query, deadline)

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        self.check(query, deadline)
        changes, levels = self.changes, self.confidences
        offered = [(facet, field, self._values(field)) for field, facet in FACETS]
        offered = [one for one in offered if one[2] or not one[0].optional]
        variants = [query]
        variants += [field.replaced(query, [facet.only(value)]) for facet, field, values in offered for value in values]
        for role, term in query.terms:
            variants += [replace_term(query, role, term, new) for new in _narrowed(term, levels)]
        counted = Facets(changes, variants, deadline)
        counts = iter(counted.counts())

        def by(values: Sequence[Any]) -> dict[Any, int]:
            return {value: next(counts) for value in values}

        def facet_of(role: Role, term: AnyTerm) -> AnyTermFacet:
            if isinstance(term, BoxTerm):
                return BoxTermFacet.of(role, term, lambda _: next(counts))
            if isinstance(term, RelationTerm | PointTerm):
                return PlainTermFacet(role, term)
            return TermFacet(role, term, confidence=by(levels), states=by(STATES))

        return FacetCounts(
            count=next(counts),
            values={facet.name: by(values) for facet, _, values in offered},
            terms=[facet_of(role, term) for role, term in query.terms],
            labels=self._named(counted.labels(), top),
            authors=counted.authors(top_authors),
            hierarchy=self._named(counted.groups(), top) if self.has_hierarchy else None,
            box_labels=self._named(counting.box_label_counts(changes, query, deadline), top) if self.has_boxes else [],
            relations=counting.relation_counts(changes, query, deadline) if self.relations else [],
        )

    def authors_named(
        self, query: Query, text: str, *, top: int | None = None, deadline: float | None = None
    ) -> list[tuple[str, int, int]]:
        """The `authors` of a query's facets, at most `top`, that a text finds by name or key."""
        self.check(query, deadline)
        named = self._authors_with([(word, True) for word in dict.fromkeys(words_of(text))], deadline)
        own = self._generation.author(text, deadline)
        found = sorted({*named, *([] if own is None else [own[0]])})
        return counting.authors(self.changes, query, top, deadline, among=found) if found else []

    def _authors_with(self, words: Sequence[tuple[str, bool]], deadline: float | None = None) -> list[int]:
        """The numbers of the authors whose usual name has all these words, some as beginnings; without any nobody."""
        wanted = [is_word("word", word, begins=begins) for word, begins in words]
        if not wanted or None in wanted:
            return []
        table = f"{self._generation.db}.author_word"
        among = " AND ".join(f"author IN (SELECT author FROM {table} WHERE {one})" for one in wanted[1:]) or "1"
        sql = f"SELECT author FROM {table} WHERE {wanted[0]} AND {among} GROUP BY author"
        return [int(number) for (number,) in self._generation.rows(sql, deadline, only=[0])]

    @property
    def generation(self) -> str:
        """Name of the index generation."""
        return self._generation.name

    @property
    def digest(self) -> str:
        """The data set digest; empty where the index was built without it."""
        return str(self._generation.manifest["digest"])

    @property
    def images(self) -> int:
        """How many images the data set has, without hidden ones."""
        return self.changes.images

    @property
    def has_rotations(self) -> bool:
        """Whether the rotation of any image is known."""
        return bool(self._generation.manifest["has_rotations"])

    @property
    def labels(self) -> Sequence[str]:
        """The MIDs of all labels, by code point, also those without images."""
        return self._generation.labels

    @property
    def licenses(self) -> Sequence[str]:
        """The slugs of all licenses, by code point."""
        return self._generation.licenses

    @cached_property
    def subsets(self) -> list[str]:
        """The subsets that have images, hidden ones too, in listing order."""
        rows = self._generation.rows(f"SELECT subset FROM {self._generation.db}.img GROUP BY subset")
        return [SUBSETS[place] for place in sorted({place for (place,) in rows})]

    @property
    def confidences(self) -> list[int]:
        """The distinct pair confidences, ascending, in hundredths."""
        return self.changes.levels

    def has_label(self, mid: str) -> bool:
        """Whether the data set has this label, with images or without."""
        return mid in self._generation.label_numbers

    @property
    def has_hierarchy(self) -> bool:
        """Whether any label has others below it."""
        return bool(self._generation.below)

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one, by code point. Raises UnknownValueError."""
        number = self._generation.label_numbers.get(mid)
        if number is None:
            raise UnknownValueError("label", mid)
        return [self.labels[one] for one in self._generation.below.of(number).tolist()]

    def has_author(self, key: str) -> bool:
        """Whether the data set has an author of this key."""
        return self._generation.author(key) is not None

    def has_license(self, slug: str) -> bool:
        """Whether the data set has this license."""
        return slug in self._generation.license_numbers

    def author_id(self, key: str) -> int | None:
        """The Author row id of a key, or None where there is no such author."""
        found = self._generation.author(key)
        return None if found is None else found[1]

    def label_counts(self) -> dict[str, int]:
        """For every label of the data set the count of `label=MID`."""
        return dict(zip(self.labels, Facets(self.changes, [Query()], None).labels().tolist(), strict=True))

    def group_counts(self) -> dict[str, int]:
        """For every label that has others below it the count of `label=MID*`."""
        groups = self._generation.below.groups.tolist()
        if not groups:
            return {}
        total = counting.group_counts(Images(self.changes, Query()))
        return {self.labels[label]: int(total[label]) for label in groups}

    def keys_of_photo(self, photo: int) -> list[int]:
        """The database keys of the images with this photo id at Flickr, but for hidden ones; by ImageID."""
        return self._listed("photo", f"photo = {photo}") if 0 < photo < 1 << 64 else []

    def keys_of_md5_head(self, head: bytes) -> list[int]:
        """The database keys of the images whose MD5 begins with these four bytes, but for hidden ones; by ImageID."""
        return self._listed("md5", f"head = {int.from_bytes(head[:4], 'big')}")

    def _listed(self, table: str, where: str) -> list[int]:
        rows = self._generation.rows(f"SELECT key FROM {self._generation.db}.{table} WHERE {where}")
        return sorted(int(key) for (key,) in rows if key not in self.changes.hidden)

    def suggested_authors(self, words: Sequence[str], *, top: int) -> list[tuple[str, int, int]]:
        """Authors with images whose usual name has all these words, the last perhaps as a beginning."""
        found = self._authors_with([(word, place == len(words) - 1) for place, word in enumerate(words)])
        if not found:
            return []
        moves = self.changes.author_moves
        numbers = listed(found)
        sql = f"""SELECT key, id, images, number FROM {self._generation.db}.author WHERE number IN ({numbers})
                  ORDER BY images DESC, key LIMIT {top + len(moves)}"""
        rows = [(key, int(row), int(n) + moves.get(number, 0)) for key, row, n, number in
                self._generation.rows(sql, only=[0])]  # fmt: skip
        return sorted((row for row in rows if row[2] > 0), key=lambda one: (-one[2], one[0]))[:top]

    def duplicates(self, key: int) -> list[int]:
        """The database keys of all images with this one's MD5, itself among them; none where it is the only one."""
        keys, offsets = self._generation.whole("duplicate_keys"), self._generation.whole("duplicate_offsets")
        place = next(iter((keys == key).nonzero()[0].tolist()), None)
        if place is None:
            return []
        group = int(offsets.searchsorted(place, side="right")) - 1
        same = keys[offsets[group] : offsets[group + 1]].tolist()
        found = [one for one in same if one not in self.changes.hidden]
        return found if key in found and len(found) > 1 else []

    def similar(self, key: int, *, top: int, deadline: float | None = None) -> list[tuple[int, int]]:
        """The images whose labels are most like this one's, with their likeness in millionths."""
        _end_at(deadline)
        if self.is_hidden(key):
            return []
        return most_alike(self.changes, key, self.duplicates(key), top, deadline)

    def is_hidden(self, key: int) -> bool:
        """Whether the image with this key is hidden."""
        return key in self.changes.hidden

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """For visible images by their keys what curators say, by MID; images without verdicts are left out."""
        changes = self.changes
        return {
            key: {self.labels[label]: says for label, says in sorted(changes.by_image[key].items())}
            for key in keys
            if key in changes.by_image and key in changes.built and key not in changes.hidden
        }

    @property
    def statistics(self) -> ShardStatistics:
        """Counts over the whole data set, with curators' changes."""
        return ShardStatistics(self.changes)

    def reread(self) -> Iterator[float]:
        """The servers check their own files whenever they read them."""
        return iter(())

    def close(self) -> None:
        """Nothing is held on disk."""

    def _images(self, query: Query, deadline: float | None) -> Images:
        return Images(self.changes, query, deadline)

    def _named(self, counts: counting.Counts, top: int | None) -> list[tuple[str, int]]:
        return [(self.labels[label], n) for label, n in counting.largest(counts, top)]

    def _values(self, field: Field) -> Sequence[Any]:
        """The values that a facet lists, in order."""
        listed: dict[str, Sequence[Any]] = {
            "state": STATES,
            "confidence": self.confidences,
            "has": [kind for kind in KINDS if self._generation.kinds[kind]],
            "license_check": LICENSE_CHECKS,
            "license": self.licenses,
            "subset": self.subsets,
        }
        return listed[field.name]

    def check(self, query: Query, deadline: float | None) -> None:
        """Raise UnknownValueError for what the data set does not have, QueryTimeoutError where the time is over."""
        _end_at(deadline)
        for role, term in query.terms:
            for mid, below in term.named:
                if not self.has_label(mid) or (below and not self.has_hierarchy):
                    raise UnknownValueError(role, f"{mid}{'*' * below}")
            if isinstance(term, RelationTerm) and term.relation not in (None, *self.relations):
                raise UnknownValueError(role, str(term.relation))
        known = {"license": self.has_license, "author": self.has_author, "has": self._has_kind}
        for field in IMAGE_FIELDS:
            for value in field.values(query):
                if field.name in known and not known[field.name](value):
                    raise UnknownValueError(field.name, value)

    def _has_kind(self, value: str) -> bool:
        return self._generation.kinds[value.removeprefix("-")]


def _end_at(deadline: float | None) -> None:
    if deadline is not None and time.monotonic() > deadline:
        raise QueryTimeoutError


def _narrowed(term: AnyTerm, levels: Sequence[int]) -> list[AnyTerm]:
    """A term with each confidence, then with each state alone; one about boxes as `BoxTermFacet.of` asks for it."""
    if isinstance(term, BoxTerm):
        return [*variants_of(term)]
    if isinstance(term, RelationTerm | PointTerm):
        return []
    confidences = [replace(term, confidence=ConfidenceRange(level, level)) for level in levels]
    return [*confidences, *(replace(term, states=frozenset({state})) for state in STATES)]
