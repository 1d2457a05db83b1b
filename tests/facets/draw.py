"""Hypothesis strategies: small data sets, and queries that have something to find in them."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import strategies as st

from browse.query.edits import can_sort
from browse.query.texts import parse_part
from browse.query.values import (
    LICENSE_CHECKS,
    MAX_SEED,
    MAX_TERMS,
    STATES,
    SUBSETS,
    CheckOutcome,
    ConfidenceRange,
    Query,
    Role,
    Sort,
    Term,
    TextQuery,
)
from tests.facets.boxes import drawn_boxes
from tests.facets.brute import has_hierarchy
from tests.facets.datasets import Dataset, Photo
from tests.facets.masks import drawn_masks
from tests.facets.narratives import caption_texts, drawn_narratives
from tests.facets.points import drawn_points
from tests.facets.relationships import drawn_relationships
from tests.query.box_draw import box_terms
from tests.query.point_draw import point_terms
from tests.query.relation_draw import relation_terms

MIDS = ("/m/06ht1", "/m/05wrt", "/m/0bt9lr", "/g/11bc5yg2y4", "/m/0_z", "/m/é")
SOURCES = ("machine", "human", "verification", "curator", "crowdsource-verification", "zeta", "Alpha", "Machine")
AUTHORS = (
    ("https://www.flickr.com/people/ann/", "ann"),
    ("http://www.flickr.com/people/ann", "ann"),
    ("https://www.flickr.com/people/Zoë/", "Zoë"),
    ("https://www.flickr.com/people/12345678@N00/", "12345678@N00"),
    ("https://example.org/me", "x-0123456789ab"),
)
LICENSES = (
    ("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"),
    ("http://creativecommons.org/licenses/by/2.0", "cc-by-2.0"),
    ("https://creativecommons.org/licenses/by/2.0/fr/", "cc-by-2.0-fr"),
    ("", "none"),
)
NAMES = ("Ann", "Ann Lee", "ANN-LEE", "Zoë O’Neil", "山田 太郎", "")
TITLES = (
    *("dog", "Dog", "dogs", "DOGS!", "do", "golden gate", "Gate.", "2016", "IMG_2016.JPG", "a", "don't", "rock'n'roll"),
    *("Café", "cafe\u0301", "CAFE", "straße", "STRASSE", "Ĳssel", "ﬁsh", "ﬀ", "fish", "Ærø", "Øre", "İstanbul", "ſee"),
    *("हिन्दी", "हिंदी", "कि", "東京タワー", "東京", "京都・東", "ｱｲｽ", "アイス", "한국어", "한국", "𠮷野家", "\u3099"),
    *(
        "العَرَبِيَّة",
        "العربية",
        "שָׁלוֹם",
        "🐕",
        "🐕‍🦺dog",
        "👍🏽",
        "x²",
        "½",
        "Ⅷ",
        "①",
        "ｆｕｌｌ",
        "\u200bzero",
        "naïve\u00adly",
    ),
    *("\t", "\x85", "…", "-", "*", "title:dog", "author:ann", "ΣΊΣΥΦΟΣ", "Σίσυφος", "e\u0301\u0302*", "ก็", "ไทย"),
)
"""Parts of titles and of texts to look for: alike but for case, accents, ligatures or marks; some without words."""
EDGES = (0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
TENTHS = (50, 60, 70, 80, 90, 100)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """A data set of up to 150 images; what it looks like within the drawn bounds hangs on a drawn number."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    images = draw(st.integers(0, 12) | st.integers(60, 70) | st.integers(0, 150))
    mids = draw(st.permutations(MIDS))[: draw(st.integers(1, len(MIDS)))]
    levels = draw(st.just(TENTHS) | st.lists(st.integers(0, 100), min_size=1, max_size=6).map(tuple))
    sources = draw(st.sampled_from([("machine", "human"), ("machine",), ("human",), SOURCES]))
    share = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    keys = sorted({*chance.sample(EDGES, min(images, 3)), *(chance.getrandbits(64) for _ in range(images))})[:images]
    photos = tuple(_photo(chance, key) for key in keys)
    annotations = {
        (photo.image_id, mid, source): _confidence(chance, source, levels)
        for photo in photos
        for mid in mids
        for source in sources
        if chance.random() < share
    }
    names = {row: chance.choice((*NAMES, _title(chance))) for row in range(1, len(AUTHORS) + 1)}
    boxed = [mid for mid in mids if mid.isascii()]
    has_boxes = bool(boxed) and images <= 12 and draw(st.booleans())  # each count is of plain Python too
    boxes = {photo.image_id: draw(drawn_boxes(boxed)) for photo in photos[:8]} if has_boxes else {}
    related = bool(boxed) and images <= 12 and draw(st.booleans())
    relationships = {photo.image_id: draw(drawn_relationships(boxed)) for photo in photos[:8]} if related else {}
    pointed = bool(boxed) and images <= 12 and draw(st.booleans())
    masked = bool(boxed) and images <= 12 and draw(st.booleans())
    narrated = images <= 12 and draw(st.booleans())
    hierarchy = _hierarchy(chance, [*mids, "/m/between"], draw(st.sampled_from([0.0, 0.3, 0.6])))
    return Dataset(
        photos,
        tuple(mids),
        annotations,
        AUTHORS,
        LICENSES,
        names=names,
        hierarchy=hierarchy,
        boxes=boxes,
        relationships=relationships,
        points={photo.image_id: draw(drawn_points(boxed)) for photo in photos[:8]} if pointed else {},
        masks={photo.image_id: draw(drawn_masks(boxed)) for photo in photos[:8]} if masked else {},
        narratives={photo.image_id: draw(drawn_narratives()) for photo in photos[:8]} if narrated else {},
    )


def _hierarchy(chance: random.Random, mids: list[str], share: float) -> tuple[tuple[str, str, bool], ...]:
    """Steps from any of these MIDs to later ones, so that labels have several parents and none is below itself."""
    chance.shuffle(mids)
    steps = [pair for pair in combinations(mids, 2) if chance.random() < share]
    return tuple((upper, lower, chance.random() < 0.15) for upper, lower in steps)


def _title(chance: random.Random) -> str:
    """Mostly a few words, mostly from TITLES, so that several images share some."""
    kind = chance.random()
    if kind < 0.1:
        return ""
    if kind < 0.13:
        return (" ".join(chance.choices(TITLES, k=2000)))[:5000]
    return chance.choice((" ", " ", "-", "’s ", "_", "")).join(chance.choices(TITLES, k=chance.randint(1, 4)))


def _photo(chance: random.Random, key: int) -> Photo:
    return Photo(
        image_id=f"{key:016x}",
        subset=chance.choice(SUBSETS[: 1 + key % 3]),
        license=chance.choice((0, 0, 1, 2)),
        author=chance.choice((None, 0, 0, 1, 2, 4)),
        title=_title(chance),
        name=chance.choice((None, None, None, "", "Zoë", "Another Ann", _title(chance))),
        md5=chance.choice((b"", bytes(range(16)), bytes(8) + b"12345678", chance.randbytes(15) + b"!")),
    )


def _confidence(chance: random.Random, source: str, levels: tuple[int, ...]) -> int:
    return chance.choice(levels if source == "machine" else (0, 100, 100, 49, 50, 80))


state_sets = st.sampled_from(STATES).map(lambda state: frozenset({state})) | st.frozensets(
    st.sampled_from(STATES), min_size=1
)


def _between(ends: tuple[int, int]) -> ConfidenceRange:
    return ConfidenceRange(min(ends), max(ends))


@st.composite
def texts(draw: st.DrawFn, dataset: Dataset) -> TextQuery:
    """A text to look for, of parts that titles and names of the data set have, or nearly."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    said = [*TITLES, *dataset.names.values(), *(photo.title for photo in dataset.photos)]
    parts = [parse_part(_part(chance, chance.choice(said))) for _ in range(chance.choice((1, 1, 2, 3)))]
    wanted = [part for part in parts if part.words]
    if all(part.excluded for part in wanted):
        wanted.insert(0, parse_part(chance.choice(("dog", "*a*", "c*"))))
    return TextQuery(tuple(wanted))


@st.composite
def author_texts(draw: st.DrawFn, dataset: Dataset) -> str:
    """A text to find authors by: beginnings of words that names have, in any order, a key, or something else."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    names = [*dataset.names.values(), *NAMES, *(key for _, key in AUTHORS), "&", ""]
    said = chance.choice(names).split()[:50] or ["a", "*", "zo"]
    parts = chance.sample(said, min(len(said), chance.choice((1, 1, 2))))
    return " ".join(part[: chance.randint(1, len(part))] if chance.random() < 0.5 else part for part in parts)


def _part(chance: random.Random, said: str) -> str:
    """Some of what is said, as a part: without blanks, sometimes cut short, of one field, or excluded."""
    text = chance.choice(said.split() or ["dog"])
    if chance.random() < 0.3:
        text = f"{text[: chance.randint(1, len(text))]}*"
    field = chance.choice(("", "", "title:", "author:", "Title:"))
    return f"{chance.choice(('', '', '', '-', '--', '+'))}{field}{text[:60]}"


def _ids(dataset: Dataset) -> st.SearchStrategy[frozenset[str]]:
    known = [photo.image_id for photo in dataset.photos]
    return st.frozensets(st.sampled_from([*known, "0" * 16, "00000000000000ab", "f" * 16]), max_size=30)


def _kinds(dataset: Dataset) -> st.SearchStrategy[frozenset[str]]:
    """Values of `has` that a data set may be asked for."""
    rows = {"boxes": dataset.boxes, "relationships": dataset.relationships, "points": dataset.points}
    rows |= {"narrative": dataset.narratives, "masks": dataset.masks}
    there = [kind for kind, of_images in rows.items() if any(of_images.values())]
    each = [st.sampled_from(["", kind, f"-{kind}"]) for kind in there]
    return st.tuples(*each).map(lambda values: frozenset(filter(None, values)))


@st.composite
def queries(draw: st.DrawFn, dataset: Dataset) -> Query:
    """A valid query over a data set's labels, authors and licenses, mostly a short one."""
    ends = st.sampled_from(sorted({0, 50, 80, 100, *dataset.annotations.values()}))
    ranges = ends.map(lambda end: ConfidenceRange(end, end)) | st.tuples(ends, ends).map(_between)
    below = st.booleans() if has_hierarchy(dataset) else st.just(False)
    terms = st.builds(Term, st.sampled_from(dataset.mids), st.none() | ranges, st.none() | state_sets, below)
    longest = draw(st.sampled_from([1, 2, 2, 3, 6]))
    label, any_, without = (draw(st.lists(terms, max_size=longest, unique=True).map(tuple)) for _ in Role)
    boxed = sorted({box.mid for boxes in dataset.boxes.values() for box in boxes})
    related = [mid for mid in dataset.mids if mid.isascii()]
    further = [box_terms(boxed, below=has_hierarchy(dataset))] if boxed else []
    if dataset.relations:
        further.append(relation_terms(related, dataset.relations, below=has_hierarchy(dataset)))
    if any(dataset.points.values()):
        further.append(point_terms(related, below=has_hierarchy(dataset)))
    few = st.lists(st.one_of(further), max_size=1).map(tuple) if further else st.just(())
    label, any_, without = label + draw(few), any_ + draw(few), without + draw(few)
    without = without[: MAX_TERMS - len(label) - len(any_)]
    sort = draw(st.sampled_from([sort for sort in Sort if can_sort(Query(label=label), sort)]))
    return Query(
        label=label,
        any=any_,
        min_any=draw(st.integers(1, max(1, len(any_)))),
        without=without,
        confidence=draw(st.none() | ranges),
        states=draw(st.none() | state_sets),
        subsets=draw(st.just(frozenset[str]()) | st.frozensets(st.sampled_from(SUBSETS))),
        licenses=draw(st.just(frozenset[str]()) | st.frozensets(st.sampled_from([s for _, s in LICENSES]))),
        authors=draw(
            st.just(frozenset[str]()) | st.frozensets(st.sampled_from([key for _, key in AUTHORS]), max_size=3)
        ),
        text=draw(st.none() | st.none() | texts(dataset)),
        has=draw(_kinds(dataset)),
        caption=draw(st.none() | caption_texts()) if any(dataset.narratives.values()) else None,
        ids=draw(st.just(frozenset[str]()) | st.just(frozenset[str]()) | _ids(dataset)),
        license_checks=draw(
            st.just(frozenset[CheckOutcome]()) | st.frozensets(st.sampled_from(LICENSE_CHECKS), max_size=3)
        ),
        sort=sort,
        seed=draw(st.integers(0, MAX_SEED)) if sort is Sort.RANDOM else None,
    )
