"""The API's answers as JSON values, in the order of keys that the documentation gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from browse.api.included import Included
from browse.domain.comparison import Agreement, Comparison, Estimate, Level
from browse.facets.engine import AnyTermFacet, BoxTermFacet, FacetCounts, PlainTermFacet, TermFacet
from browse.query import edits
from browse.query.box_terms import BoxTerm, format_area, format_number
from browse.query.canonical import canonical
from browse.query.fields import FACETS, Facet, Field
from browse.query.relation_terms import RelationTerm
from browse.query.spelling import format_term
from browse.query.values import ConfidenceRange, Query, Role, State, Term
from browse.requests.readers import BrowseRequest
from browse.rights import attribution, credit_of
from browse.search import FacetResult, ImageCard, LabelComparison, NamedLabel, Pair, SearchResult, SimilarImage
from browse.search.suggestions import Suggestions
from browse.thumbnails.config import SIZES
from browse.thumbnails.tiles import TilePicture, thumbnail_of, thumbnails_of

Json = dict[str, Any]


def confidence(hundredths: int | None) -> float | None:
    """Hundredths as the number that the data set writes."""
    return None if hundredths is None else hundredths / 100


THUMBNAIL_SIZE = "m"


def image(card: ImageCard, included: Included) -> Json:
    """One image, with what is included of its annotations. One query, for its thumbnail."""
    return _image(card, thumbnail_of(card, THUMBNAIL_SIZE)) | included.of(card)


def _image(card: ImageCard, picture: TilePicture) -> Json:
    credit = attribution(credit_of(card))
    return {
        "image_id": card.image_id,
        "subset": card.subset,
        "title": card.title,
        "author": card.author_name,
        "author_url": card.author_url,
        "author_key": card.author_key,
        "license": {"slug": card.license_slug, "name": card.license.short_name, "url": card.license.deed_url},
        "landing_url": card.landing_url,
        "original_url": card.original_url,
        "original_size": card.original_size,
        "original_md5": card.original_md5,
        "thumbnail": _thumbnail(picture),
        "attribution": {"text": credit.text, "html": credit.html},
        "labels": [_label_of_image(pair) for pair in card.pairs],
        "rotation": card.rotation,
        **({"withheld": [{"mid": mid, "name": name} for mid, name in card.withheld]} if card.withheld else {}),
    }


def _thumbnail(picture: TilePicture) -> Json:
    """The address, and the pixels of what is there: known of our own thumbnails, once the picture was seen."""
    width, height = None, None
    if picture.width and picture.height and picture.url.startswith("/"):
        scale = min(1.0, SIZES[THUMBNAIL_SIZE].side / max(picture.width, picture.height))
        width, height = (max(1, round(side * scale)) for side in (picture.width, picture.height))
    return {"url": picture.url, "width": width, "height": height}


def _label_of_image(pair: Pair) -> Json:
    return {
        "mid": pair.mid,
        "name": pair.name,
        "machine": confidence(pair.machine),
        "human": pair.human,
        "state": pair.state,
        "confidence": confidence(pair.confidence),
        "sources": [{"source": source, "confidence": confidence(value)} for source, value in pair.annotations],
    }


def page_of_images(asked: BrowseRequest, found: SearchResult, included: Included) -> Json:
    """One page of a query's images. One query, for their thumbnails."""
    pictures = thumbnails_of(found.images, THUMBNAIL_SIZE)
    return {
        "count": found.count,
        "page": found.page,
        "per_page": found.per_page,
        "query": asked.canonical,
        "results": [_image(card, pictures[card.image_id]) | included.of(card) for card in found.images],
    }


def similar_images(found: list[SimilarImage]) -> Json:
    """The images most like one, each with its likeness from 0 to 1. One query, for their thumbnails."""
    pictures = thumbnails_of([one.image for one in found], THUMBNAIL_SIZE)
    results = [
        {"likeness": one.likeness / 1_000_000, **_image(one.image, pictures[one.image.image_id])} for one in found
    ]
    return {"results": results}


def page_of_labels(found: list[NamedLabel], *, page: int, per_page: int) -> Json:
    """One page of the labels found."""
    shown = found[(page - 1) * per_page : page * per_page]
    results = [{"mid": label.mid, "name": label.name, "count": label.count} for label in shown]
    return {"count": len(found), "page": page, "per_page": per_page, "results": results}


def suggestions(found: Suggestions) -> Json:
    """What a text may mean; each label and author with the query string of its images."""
    return {
        "labels": [
            {
                "mid": label.mid,
                "name": label.name,
                "count": label.count,
                "query": canonical(Query(label=(Term(label.mid),))),
            }
            for label in found.labels
        ],
        "nearest": found.are_nearest,
        "authors": [
            {
                "key": one.key,
                "name": one.name,
                "count": one.count,
                "query": canonical(Query(authors=frozenset({one.key}))),
            }
            for one in found.authors
        ],
        "images": [
            {"image_id": one.image_id, "subset": one.subset, "title": one.title or None, "author": one.author or None}
            for one in found.images
        ],
        "count": found.count,
        "query": None if found.query is None else canonical(found.query),
    }


def label_comparison(label: LabelComparison, *, precision: float | None) -> Json:
    """One label with its comparison; with a threshold where a precision is wanted."""
    own: Json = {"mid": label.mid, "name": label.name, "images": label.images, "trainable": label.trainable}
    answer = own | comparison(label.comparison, precision=precision)
    for level, told in zip(label.comparison.levels, answer["levels"], strict=True):
        told["at_least"] |= _expected(label.comparison.expected_at_least(level.confidence))
    return answer


def _expected(estimate: Estimate | None) -> Json:
    return {
        "expected_precision": estimate and estimate.share,
        "expected_precision_low": estimate and estimate.low,
        "expected_precision_high": estimate and estimate.high,
    }


def comparison(found: Comparison, *, precision: float | None) -> Json:
    """Human versus machine; with a threshold where a precision is wanted."""
    answer = {
        **_agreement(found.total),
        "missed": found.missed,
        "absent": found.absent,
        "levels": [_level(level) for level in found.levels],
    }
    if precision is not None:
        answer["recommended_threshold"] = confidence(found.recommended_threshold(precision))
    return answer


def _level(level: Level) -> Json:
    return {
        "confidence": confidence(level.confidence),
        **_agreement(level.at),
        "at_least": _agreement(level.at_least),
    }


def _agreement(pairs: Agreement) -> Json:
    return {
        "machine": pairs.machine,
        "yes": pairs.yes,
        "no": pairs.no,
        "precision": pairs.precision,
        "precision_low": pairs.precision_low,
        "precision_high": pairs.precision_high,
        "coverage": pairs.coverage,
    }


def facets(asked: BrowseRequest, found: FacetResult) -> Json:
    """All facets of a query; each value with the query string of the page that it leads to."""
    counts = found.counts
    replacing = {
        facet.name: _replacing(asked, field, facet, counts) for field, facet in FACETS if facet.name in counts.values
    }
    optional = [facet.name for _, facet in FACETS if facet.optional and facet.name in replacing]
    return {
        "count": counts.count,
        "query": asked.canonical,
        "labels": _labels(found, counts.labels, asked.label_addresses()),
        "authors": _authors(asked, found),
        **{name: values for name, values in replacing.items() if name not in optional},
        "terms": [_term(asked, term) for term in counts.terms],
        **_hierarchy(asked, found),
        **{name: replacing[name] for name in optional},
        **_box_labels(asked, found),
        **_relations(asked, found),
    }


def _labels(found: FacetResult, counted: list[tuple[str, int]], address: Callable[[str], str | None]) -> list[Json]:
    return [{"mid": mid, "name": found.names[mid], "count": count, "query": address(mid)} for mid, count in counted]


def _hierarchy(asked: BrowseRequest, found: FacetResult) -> Json:
    """The facet of labels with all below them; absent where the data set has no hierarchy."""
    groups = found.counts.hierarchy
    return {} if groups is None else {"hierarchy": _labels(found, groups, asked.label_addresses(below=True))}


def _box_labels(asked: BrowseRequest, found: FacetResult) -> Json:
    """The labels of boxes, where the data set has boxes."""
    if "boxes" not in found.counts.values.get("kinds", ()):
        return {}

    def address(mid: str) -> str | None:
        return None if asked.query.is_full else asked.address(edits.add_term(asked.query, Role.LABEL, BoxTerm(mid)))

    listed = found.counts.box_labels
    return {"box_labels": [{"mid": m, "name": found.names[m], "count": n, "query": address(m)} for m, n in listed]}


def _relations(asked: BrowseRequest, found: FacetResult) -> Json:
    """The relations, where the data set has relationships."""
    if "relationships" not in found.counts.values.get("kinds", ()):
        return {}

    def address(word: str) -> str | None:
        term = RelationTerm(relation=word)
        return None if asked.query.is_full else asked.address(edits.add_term(asked.query, Role.LABEL, term))

    return {"relations": [{"value": word, "count": n, "query": address(word)} for word, n in found.counts.relations]}


def _authors(asked: BrowseRequest, found: FacetResult) -> list[Json]:
    address = asked.author_addresses()
    return [
        {"key": key, "name": found.author_names[key], "count": count, "query": address(key)}
        for key, _, count in found.counts.authors
    ]


def _replacing(asked: BrowseRequest, field: Field, facet: Facet, counts: FacetCounts) -> list[Json]:
    """The values of a facet, each leading to the query in which it replaces the field's."""
    found = counts.values[facet.name].items()
    return _values(
        asked,
        (
            (confidence(value) if facet.number else value, n, field.replaced(asked.query, [facet.only(value)]))
            for value, n in found
        ),
    )


def _values(asked: BrowseRequest, values: Iterable[tuple[object, int, Query]]) -> list[Json]:
    return [{"value": value, "count": count, "query": asked.address(query)} for value, count, query in values]


def _term(asked: BrowseRequest, facet: AnyTermFacet) -> Json:
    if isinstance(facet, PlainTermFacet):
        return {"role": Role(facet.role), "term": format_term(facet.term)}
    return _box_term(asked, facet) if isinstance(facet, BoxTermFacet) else _pair_term(asked, facet)


def _box_term(asked: BrowseRequest, facet: BoxTermFacet) -> Json:
    role, old = Role(facet.role), facet.term

    def with_instead(new: BoxTerm) -> Query:
        return edits.replace_term(asked.query, role, old, new)

    by_attribute = ((word, n, with_instead(old.with_attribute(word))) for word, n in facet.attributes.items())
    by_area = ((format_area(area), n, with_instead(old.with_area(area))) for area, n in facet.areas.items())
    by_number = ((format_number(one), n, with_instead(old.with_number(one))) for one, n in facet.numbers.items())
    return {
        "role": role,
        "term": format_term(old),
        "attributes": _values(asked, by_attribute),
        "areas": _values(asked, by_area),
        "numbers": _values(asked, by_number),
    }


def _pair_term(asked: BrowseRequest, facet: TermFacet) -> Json:
    role, old = Role(facet.role), facet.term

    def replaced(own_range: ConfidenceRange | None, own_states: frozenset[State] | None) -> Query:
        return edits.replace_term(asked.query, role, old, replace(old, confidence=own_range, states=own_states))

    by_confidence = ((confidence(c), n, replaced(_only(c), old.states)) for c, n in facet.confidence.items())
    by_state = ((state, n, replaced(old.confidence, frozenset({state}))) for state, n in facet.states.items())
    return {
        "role": role,
        "term": format_term(old),
        "confidence": _values(asked, by_confidence),
        "states": _values(asked, by_state),
    }


def _only(hundredths: int) -> ConfidenceRange:
    return ConfidenceRange(hundredths, hundredths)
