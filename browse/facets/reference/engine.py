"""The reference engine: query.md said again as SQL over annotations, verdicts and hidden images. Slow, obvious, right.

Every facet value but a label or an author is counted by asking the query that choosing it leads to.
"""
# ruff: noqa: S608 - statements are put together from this room's own texts; values go as parameters

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from django.db import connection

from browse.domain.text_words import words as words_of
from browse.facets.engine import Engine, FacetCounts, PageOfImages, UnknownValueError
from browse.facets.errors import IndexUnusableError, NotOfferedError, QueryTimeoutError
from browse.facets.facet_counts import AnyTermFacet, BoxTermFacet, PlainTermFacet, TermFacet
from browse.facets.index.store import digest_in
from browse.facets.reference.annotations import AnnotationAnswers, ranked
from browse.facets.reference.candidates import RowCandidates
from browse.facets.reference.conditions import FIELDS, holds_itself
from browse.facets.reference.likeness import Weights, most_alike
from browse.facets.reference.ordering import in_order
from browse.facets.reference.selected import RULINGS, SelectedRows
from browse.facets.reference.statistics import NAME, ReferenceStatistics
from browse.facets.reference.tables import HIDDEN, Connection, Tables
from browse.query.box_terms import BoxTerm, variants_of
from browse.query.edits import replace_term
from browse.query.fields import FACETS, IMAGE_FIELDS, Field
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.texts import begins_words
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    KINDS,
    STATES,
    AnyTerm,
    CheckOutcome,
    ConfidenceRange,
    Query,
    Role,
    Term,
)


def open_reference(index_dir: Path, generation: str) -> ReferenceEngine:
    """The engine over the database's tables. Of the index only the data set digest is read, where there is one."""
    try:
        digest = digest_in(index_dir, generation)
    except IndexUnusableError:
        digest = ""
    return ReferenceEngine(cast(Connection, connection), generation=generation, digest=digest)


class ReferenceEngine(AnnotationAnswers, Engine):
    """Answers from the tables as they are, by statements that say what query.md says.

    generation, digest: of the index that belongs to the tables; nothing is read from it.
    """

    def __init__(
        self, connection: Connection, *, generation: str = "", digest: str = "", corrected: bool = True
    ) -> None:
        self._tables = Tables(connection, corrected=corrected)
        self._corrected = corrected
        self._generation = generation
        self._digest = digest

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        self._check(query, deadline)
        return self._count(query)

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """Page `number`, from 1, of `size` images; empty after the last."""
        self._check(query, deadline)
        keys = in_order(self._tables, query)
        start = (number - 1) * size
        return PageOfImages(len(keys), keys[start : start + size])

    def after(self, query: Query, key: int | None, *, size: int, deadline: float | None = None) -> list[int]:
        """The first `size` matching images after a database key, None being before all, in the order of ImageIDs."""
        self._check(query, deadline)
        sql = "SELECT id FROM chosen WHERE id > %s OR %s ORDER BY id LIMIT %s"
        return [found for (found,) in self._tables.ask(sql, query, (key or 0, key is None, size))]

    def selected(self, query: Query, *, limit: int | None = None, deadline: float | None = None) -> SelectedRows:
        """The images that match, or the first `limit` of them in the query's order, to count what they have."""
        self._check(query, deadline)
        return SelectedRows(self._tables, query, frozenset(in_order(self._tables, query)[:limit]))

    def candidates(self, query: Query, *, deadline: float | None = None) -> RowCandidates:
        """The images that match, with their pairs, for a training set to be chosen from."""
        self._check(query, deadline)
        return RowCandidates(self._tables, query, self.labels, self.licenses)

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        self._check(query, deadline)
        levels = self.confidences
        listed = [(facet, field, self._values(field)) for field, facet in FACETS]
        listed = [one for one in listed if one[2] or not one[0].optional]
        variants = [field.replaced(query, [facet.only(value)]) for facet, field, values in listed for value in values]
        for role, term in query.terms:
            variants += [replace_term(query, role, term, new) for new in _narrowed(term, levels)]
        counts = self._tables.counts(variants)

        def by(values: Sequence[Any]) -> dict[Any, int]:
            _end_at(deadline)
            return {value: next(counts) for value in values}

        def facet_of(role: Role, term: AnyTerm) -> AnyTermFacet:
            if isinstance(term, BoxTerm):
                return BoxTermFacet.of(role, term, lambda _: next(counts))
            if isinstance(term, RelationTerm | PointTerm):
                return PlainTermFacet(role, term)
            return TermFacet(role, term, confidence=by(levels), states=by(STATES))

        return FacetCounts(
            count=self._count(query),
            labels=self._labels(query)[:top],
            authors=self._authors(replace(query, authors=frozenset()))[:top_authors],
            values={facet.name: by(values) for facet, _, values in listed},
            terms=[facet_of(role, term) for role, term in query.terms],
            hierarchy=self._groups(query)[:top] if self.has_hierarchy else None,
            box_labels=self._box_labels(query)[:top],
            relations=self._relations(query),
        )

    def authors_named(
        self, query: Query, text: str, *, top: int | None = None, deadline: float | None = None
    ) -> list[tuple[str, int, int]]:
        """The `authors` of a query's facets, at most `top`, that a text finds by name or key."""
        self._check(query, deadline)
        names = dict(self._tables.rows("SELECT id, name FROM browse_author"))
        found = self._authors(replace(query, authors=frozenset()))
        return [one for one in found if one[0] == text or begins_words(text, names[one[1]])][:top]

    @property
    def generation(self) -> str:
        """Name of the index generation that belongs to the tables."""
        return self._generation

    @property
    def digest(self) -> str:
        """The data set digest; empty where it is not known."""
        return self._digest

    @property
    def images(self) -> int:
        """How many images are visible."""
        return int(self._tables.ask("SELECT COUNT(*) FROM visible", Query())[0][0])

    @property
    def has_rotations(self) -> bool:
        """Whether the rotation of any image is known."""
        return bool(self._tables.rows("SELECT 1 FROM browse_image WHERE rotation IS NOT NULL LIMIT 1"))

    @property
    def labels(self) -> list[str]:
        """The MIDs of all labels, by code point."""
        return sorted(mid for (mid,) in self._tables.rows("SELECT mid FROM browse_label"))

    @property
    def licenses(self) -> list[str]:
        """The slugs of all licenses, by code point."""
        return self._listed("license")

    @property
    def subsets(self) -> list[str]:
        """The subsets that have images, hidden ones too, in listing order."""
        return self._listed("subset")

    @property
    def confidences(self) -> list[int]:
        """The distinct confidences of visible pairs, ascending, in hundredths."""
        return [level for (level,) in self._tables.ask("SELECT DISTINCT confidence FROM pair ORDER BY 1", Query())]

    def has_label(self, mid: str) -> bool:
        """Whether there is such a label."""
        return self._tables.has("browse_label", "mid", mid)

    @property
    def has_hierarchy(self) -> bool:
        """Whether any label has others below it."""
        return bool(self._tables.hierarchy())

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one, by code point. Raises UnknownValueError."""
        if not self.has_label(mid):
            raise UnknownValueError("label", mid)
        return self._tables.below(mid)

    def has_author(self, key: str) -> bool:
        """Whether there is an author of this key."""
        return self._has("author", key)

    def has_license(self, slug: str) -> bool:
        """Whether there is such a license."""
        return self._has("license", slug)

    def author_id(self, key: str) -> int | None:
        """The Author row id of a key, the smallest of several; None where there is no such author."""
        if not self.has_author(key):
            return None
        return int(self._tables.rows("SELECT MIN(id) FROM browse_author WHERE key = %s", [key])[0][0])

    def label_counts(self) -> dict[str, int]:
        """For every label the count of `label=MID`."""
        return dict.fromkeys(self.labels, 0) | dict(self._labels(Query()))

    def group_counts(self) -> dict[str, int]:
        """For every label that has others below it the count of `label=MID*`."""
        return dict.fromkeys(self._tables.hierarchy(), 0) | dict(self._groups(Query()))

    def keys_of_photo(self, photo: int) -> list[int]:
        """Raises NotOfferedError: the tables hold no photo ids."""
        raise NotOfferedError(NAME, "images by photo id")

    def keys_of_md5_head(self, head: bytes) -> list[int]:
        """The database keys of the visible images whose MD5 begins with these four bytes, by ImageID."""
        sql = """SELECT v.id, i.original_md5 FROM visible v JOIN browse_image i ON i.id = v.id
                 WHERE i.original_md5 <> '' ORDER BY v.id"""
        return [key for key, md5 in self._tables.ask(sql, Query()) if b64decode(md5).startswith(head[:4])]

    def suggested_authors(self, words: Sequence[str], *, top: int) -> list[tuple[str, int, int]]:
        """Authors with images whose usual name has all these words, the last perhaps as a beginning."""
        rows = self._tables.rows("SELECT key, name FROM browse_author ORDER BY id DESC")
        names = {key: words_of(name) for key, name in rows}
        return [row for row in self._authors(Query()) if _has_words(names[row[0]], words)][:top]

    def duplicates(self, key: int) -> list[int]:
        """The database keys of all visible images with this one's MD5; none where it is the only one, or hidden."""
        sql = """SELECT v.id FROM visible v JOIN browse_image i ON i.id = v.id WHERE i.original_md5 <> ''
                 AND i.original_md5 = (SELECT original_md5 FROM browse_image WHERE id = %s) ORDER BY v.id"""
        keys = [same for (same,) in self._tables.ask(sql, Query(), (key,))]
        return keys if key in keys and len(keys) > 1 else []

    def similar(self, key: int, *, top: int, deadline: float | None = None) -> list[tuple[int, int]]:
        """The images whose labels are most like this one's, with their likeness in millionths."""
        _end_at(deadline)
        weights = Weights(self.images, self.label_counts())
        return most_alike(self._tables, key, {key, *self.duplicates(key)}, weights)[:top]

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None = None,
        checks: Mapping[int, CheckOutcome] | None = None,
    ) -> ReferenceEngine:
        """This engine, which reads curators' rows for each answer."""
        return self

    def without_corrections(self) -> ReferenceEngine:
        """The engine of the data set alone."""
        connection = self._tables.connection
        return ReferenceEngine(connection, generation=self.generation, digest=self.digest, corrected=False)

    def is_hidden(self, key: int) -> bool:
        """Whether the image with this key is hidden."""
        sql = f"SELECT 1 FROM browse_image i WHERE i.id = %s AND {HIDDEN}"
        return self._corrected and bool(self._tables.rows(sql, [key]))

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """For visible images by their keys what curators say, by MID; images without verdicts are left out."""
        found: dict[int, dict[str, bool]] = {}
        wanted = frozenset(keys)
        for key, mid, yes in self._tables.ask(RULINGS, Query()):
            if key in wanted:
                found.setdefault(key, {})[mid] = bool(yes)
        return found

    @property
    def statistics(self) -> ReferenceStatistics:
        """Counts over the whole data set: those of pairs alone."""
        return ReferenceStatistics(self._tables)

    def reread(self) -> Iterator[float]:
        """The database checks its own files."""
        return iter(())

    def close(self) -> None:
        """Nothing is held."""

    def _labels(self, query: Query) -> list[tuple[str, int]]:
        pair = holds_itself(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)
        sql = f"SELECT p.mid, COUNT(*) FROM chosen c JOIN pair p ON p.image_id = c.id AND {pair.sql} GROUP BY p.mid"
        return ranked((mid, count) for mid, count in self._tables.ask(sql, query, pair.parameters))

    def _groups(self, query: Query) -> list[tuple[str, int]]:
        """For each label with others below it the count of the query with `label=MID*`, full or not."""
        mids = [*self._tables.hierarchy()]
        counts = self._tables.counts(replace(query, label=(*query.label, Term(mid, below=True))) for mid in mids)
        return ranked((mid, number) for mid, number in zip(mids, counts, strict=True) if number)

    def _authors(self, query: Query) -> list[tuple[str, int, int]]:
        sql = "SELECT a.key, COUNT(*) FROM chosen c JOIN browse_author a ON a.id = c.author_id GROUP BY a.key"
        ids = dict(self._tables.ask("SELECT key, MIN(id) FROM browse_author GROUP BY key", query))
        return [(key, ids[key], count) for key, count in ranked(self._tables.ask(sql, query))]

    def _values(self, field: Field) -> Sequence[Any]:
        """The values that a facet lists, in order."""
        if field.name == "state":
            return STATES
        if field.name == "has":
            return [kind for kind in KINDS if self._has_kind(kind)]
        return self.confidences if field.name == "confidence" else self._listed(field.name)

    def _listed(self, name: str) -> list[Any]:
        """The values of a field of the image itself, in listing order."""
        found = FIELDS[name]
        return [found.said(value) for (value,) in sorted(self._tables.rows(found.values))]

    def _count(self, query: Query) -> int:
        return next(self._tables.counts([query]))

    def _check(self, query: Query, deadline: float | None) -> None:
        _end_at(deadline)
        for role, term in query.terms:
            for mid, below in term.named:
                if not self.has_label(mid) or (below and not self.has_hierarchy):
                    raise UnknownValueError(role, f"{mid}{'*' * below}")
            if isinstance(term, RelationTerm) and term.relation not in (None, *self.relations):
                raise UnknownValueError(role, str(term.relation))
        for field in IMAGE_FIELDS:
            for value in field.values(query):
                if (field.name == "has" and not self._has_kind(value)) or not self._has(field.name, value):
                    raise UnknownValueError(field.name, value)

    def _has(self, name: str, value: str) -> bool:
        """Whether the data set has a value of a field, where it must."""
        kept_in = FIELDS[name].kept_in if name in FIELDS else None
        return kept_in is None or self._tables.has(*kept_in, value)


def _end_at(deadline: float | None) -> None:
    if deadline is not None and time.monotonic() > deadline:
        raise QueryTimeoutError


def _has_words(own: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a name has all these words, the last perhaps as a beginning; without words it has not."""
    return bool(words) and all(word in own for word in words[:-1]) and any(word.startswith(words[-1]) for word in own)


def _narrowed(term: AnyTerm, levels: Sequence[int]) -> list[AnyTerm]:
    """A term with each confidence, then with each state alone; one about boxes as `BoxTermFacet.of` asks for it."""
    if isinstance(term, BoxTerm):
        return [*variants_of(term)]
    if isinstance(term, RelationTerm | PointTerm):
        return []
    confidences = [replace(term, confidence=ConfidenceRange(level, level)) for level in levels]
    return [*confidences, *(replace(term, states=frozenset({state})) for state in STATES)]
