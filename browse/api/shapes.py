"""The API's answers as JSON values, in the order of keys that the documentation gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from browse.comparison import Agreement, Comparison, Level
from browse.facets.engine import TermFacet
from browse.filters import BrowseRequest
from browse.query import links
from browse.query.canonical import format_term
from browse.query.values import ConfidenceRange, Query, Role, State, Term
from browse.rights import attribution, credit_of
from browse.search import FacetResult, ImageCard, LabelComparison, NamedLabel, Pair, SearchResult
from browse.thumbnails.config import SIZES
from browse.thumbnails.tiles import TilePicture, thumbnail_of, thumbnails_of

Json = dict[str, Any]


def confidence(hundredths: int | None) -> float | None:
    """Hundredths as the number that the data set writes."""
    return None if hundredths is None else hundredths / 100


THUMBNAIL_SIZE = "m"


def image(card: ImageCard) -> Json:
    """One image. One query, for its thumbnail."""
    return _image(card, thumbnail_of(card, THUMBNAIL_SIZE))


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


def page_of_images(asked: BrowseRequest, found: SearchResult) -> Json:
    """One page of a query's images. One query, for their thumbnails."""
    pictures = thumbnails_of(found.images, THUMBNAIL_SIZE)
    return {
        "count": found.count,
        "page": found.page,
        "per_page": found.per_page,
        "query": asked.canonical,
        "results": [_image(card, pictures[card.image_id]) for card in found.images],
    }


def page_of_labels(found: list[NamedLabel], *, page: int, per_page: int) -> Json:
    """One page of the labels found."""
    shown = found[(page - 1) * per_page : page * per_page]
    results = [{"mid": label.mid, "name": label.name, "count": label.count} for label in shown]
    return {"count": len(found), "page": page, "per_page": per_page, "results": results}


def label_comparison(label: LabelComparison, *, precision: float | None) -> Json:
    """One label with its comparison; with a threshold where a precision is wanted."""
    own = {"mid": label.mid, "name": label.name, "images": label.images, "trainable": label.trainable}
    return own | comparison(label.comparison, precision=precision)


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
    query, counts = asked.query, found.counts
    return {
        "count": counts.count,
        "query": asked.canonical,
        "labels": _labels(asked, found),
        "authors": _authors(asked, found),
        "subsets": _values(asked, ((name, n, links.with_subsets(query, [name])) for name, n in counts.subsets.items())),
        "licenses": _values(
            asked, ((slug, n, links.with_licenses(query, [slug])) for slug, n in counts.licenses.items())
        ),
        "states": _values(asked, ((state, n, links.with_states(query, [state])) for state, n in counts.states.items())),
        "confidence": _values(
            asked, ((confidence(c), n, links.with_confidence(query, _only(c))) for c, n in counts.confidence.items())
        ),
        "terms": [_term(asked, term) for term in counts.terms],
    }


def _labels(asked: BrowseRequest, found: FacetResult) -> list[Json]:
    address = asked.label_addresses()
    return [
        {"mid": mid, "name": found.names[mid], "count": count, "query": address(mid)}
        for mid, count in found.counts.labels
    ]


def _authors(asked: BrowseRequest, found: FacetResult) -> list[Json]:
    address = asked.author_addresses()
    return [
        {"key": key, "name": found.author_names[key], "count": count, "query": address(key)}
        for key, _, count in found.counts.authors
    ]


def _values(asked: BrowseRequest, values: Iterable[tuple[object, int, Query]]) -> list[Json]:
    return [{"value": value, "count": count, "query": asked.address(query)} for value, count, query in values]


def _term(asked: BrowseRequest, facet: TermFacet) -> Json:
    role, old = Role(facet.role), facet.term

    def replaced(own_range: ConfidenceRange | None, own_states: frozenset[State] | None) -> Query:
        return links.replace_term(asked.query, role, old, Term(old.mid, own_range, own_states))

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
