"""Reading requests: what is taken, what is refused and how, and what the nearest valid query is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from browse.query.canonical import canonical
from browse.query.edits import add_label, with_authors
from browse.query.spelling import parse_term
from browse.query.values import ANY_CONFIDENCE, MAX_TERMS, ConfidenceRange, Query, Sort, State, Term
from browse.requests.definitions import FACETS_EXTRA, HOME_EXTRA, IMAGES_EXTRA, QUERY_PARAMETERS
from browse.requests.parameters import BadQueryError, ParameterError
from browse.requests.readers import (
    BrowseRequest,
    canonical_from_form,
    read_label_index,
    read_label_search,
    read_nothing,
    read_query,
    redirect_from_home,
)
from tests.drawn import drawn
from tests.query.draw import AUTHORS, LICENSES, MIDS, queries
from tests.query.known import Vocabulary

A, B = Term("/m/06ht1"), Term("/m/05wrt")
KNOWN = Vocabulary()


def read(text: str, extra: frozenset[str] = HOME_EXTRA) -> BrowseRequest:
    return read_query(QueryDict(text), extra=extra, known=KNOWN)


def refused(text: str, extra: frozenset[str] = IMAGES_EXTRA) -> BadQueryError:
    with pytest.raises(BadQueryError) as caught:
        read(text, extra)
    return caught.value


@drawn(quick=300, deep=5000)
@given(queries())
def test_reading_the_canonical_form_gives_the_same_query(query: Query) -> None:
    assert read(canonical(query)).query == query


@drawn(quick=100, deep=2000)
@given(queries(), st.permutations([*QUERY_PARAMETERS]))
def test_the_order_of_parameters_makes_no_difference_but_for_terms_of_one(query: Query, names: list[str]) -> None:
    parameters = [parameter for parameter in canonical(query).split("&") if parameter]
    parameters.sort(key=lambda parameter: names.index(parameter.partition("=")[0]))
    assert read("&".join(parameters)).query == query


@drawn(quick=200, deep=5000)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["label", "any", "not", "min_any", "confidence", "state", "subset", "license", "author",
                             "sort", "seed", "page", "per_page", "lable", ""]),
            st.sampled_from([*MIDS, *LICENSES, *AUTHORS, "0.8-1", "missed", "train", "random", "-confidence", "7",
                             "2", "", "/m/06ht1@0.8-1", "/m/06ht1@2", "/m/x:missed", "\x00", "é" * 600])
            | st.text(max_size=20),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_request_is_taken_or_refused_with_a_valid_query_beside_it(pairs: list[tuple[str, str]]) -> None:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    query, errors = _taken_or_refused(data)
    assert read(canonical(query)).query == query
    assert all(len(one.value) <= 81 and one.message for one in errors or [])
    assert errors != []


def _taken_or_refused(data: QueryDict) -> tuple[Query, list[ParameterError] | None]:
    try:
        return read_query(data, extra=IMAGES_EXTRA, known=KNOWN).query, None
    except BadQueryError as error:
        return error.nearest, error.errors


def test_nothing_asked_is_every_default() -> None:
    assert read("") == BrowseRequest(Query(), page=1, per_page=30, size="m", top=50, top_authors=10)


def test_equal_terms_collapse_into_the_first_before_anything_else() -> None:
    text = "label=/m/06ht1@0.8-1&label=/m/05wrt&label=/m/06ht1@0.80-1.00"
    assert read(text).query.label == (parse_term("/m/06ht1@0.8-1"), B)
    assert read("&".join(["not=/m/06ht1"] * 500)).query == Query(without=(A,))
    assert read("any=/m/06ht1&any=/m/06ht1@0-1&min_any=2").query.min_any == 2
    assert refused("any=/m/06ht1&any=/m/06ht1&min_any=2").errors[0].parameter == "min_any"


def test_given_defaults_stay_given() -> None:
    query = read("confidence=0-1&state=confirmed&state=unverified&state=missed").query
    assert query.confidence == ANY_CONFIDENCE
    assert query.needs_a_pair
    assert not read("sort=image_id").query.needs_a_pair
    assert canonical(read("sort=image_id&any=/m/06ht1&min_any=1").query) == "any=/m/06ht1"


def test_sets_may_repeat_their_values() -> None:
    assert read("state=missed&state=missed").query.states == {State.MISSED}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("page=10000000", "page", 10_000_000),
        ("per_page=200", "per_page", 200),
        ("size=s", "size", "s"),
        ("top=all", "top", None),
        ("top=10000", "top", 10_000),
        ("top_authors=3", "top_authors", 3),
        ("safe=1", "safe", True),
        ("find=dog", "find", "dog"),
    ],
)
def test_what_belongs_to_an_endpoint(text: str, name: str, value: object) -> None:
    assert getattr(read(text, HOME_EXTRA | FACETS_EXTRA | {"find", "safe"}), name) == value


@pytest.mark.parametrize(
    ("text", "parameter", "value", "message"),
    [
        ("lable=/m/06ht1", "lable", "/m/06ht1", "did you mean label?"),
        ("x", "x", "", "Allowed are label, any, min_any, not, confidence"),
        ("=", "", "", "is not a parameter here"),
        ("LABEL=/m/06ht1", "LABEL", "/m/06ht1", "is not a parameter here"),
        ("size=m", "size", "m", "is not a parameter here"),
        ("top=3", "top", "3", "is not a parameter here"),
        ("utm_source=x", "utm_source", "x", "is not a parameter here"),
        ("label=", "label", "", "must be a MID"),
        ("label=/m/unknown", "label", "/m/unknown", "is not the MID of a label in this data set"),
        ("label=%2Fm%2F06ht1%00", "label", "/m/06ht1\ufffd", "is not the MID of a label"),
        ("label=/m/06ht1%zz", "label", "/m/06ht1%zz", "is not the MID of a label"),
        ("label=%ff", "label", "\ufffd", "is not the MID of a label"),
        ("label=/m/06ht1@0.9-0.8", "label", "/m/06ht1@0.9-0.8", "the lower first"),
        ("not=/m/06ht1@0.8", "not", "/m/06ht1@0.8", "the range after @ must be a range"),
        ("any=/m/06ht1:no", "any", "/m/06ht1:no", "must be a state: confirmed, rejected"),
        ("min_any=1", "min_any", "1", "needs at least one `any` term"),
        ("any=/m/06ht1&min_any=0", "min_any", "0", "must be a whole number from 1 to 20"),
        ("any=/m/06ht1&min_any=2", "min_any", "2", "at most the number of different `any` terms, which is 1"),
        ("confidence=", "confidence", "", "must be a range such as 0.8-1"),
        ("confidence=0.8", "confidence", "0.8", "must be a range such as 0.8-1"),
        ("confidence=0-1&confidence=0-1", "confidence", "0-1", "may be given only once"),
        ("state=", "state", "", "must be one of confirmed, rejected, unverified, missed, absent"),
        ("state=confirmed,missed", "state", "confirmed,missed", "must be one of confirmed"),
        ("subset=val", "subset", "val", "must be one of train, validation, test"),
        ("license=cc-by-9", "license", "cc-by-9", "slug of a license in the data set"),
        ("license=", "license", "", "slug of a license in the data set"),
        ("author=", "author", "", "key of an author in the data set"),
        ("author=nobody", "author", "nobody", "key of an author in the data set"),
        ("q=dog&q=dog", "q", "dog", "may be given only once"),
        ("id=", "id", "", "must be an ImageID: 16 hex digits, letters in lower case"),
        ("id=000000000000000A", "id", "000000000000000A", "must be an ImageID"),
        ("&".join(f"id={n:016x}" for n in range(201)), "id", "0" * 16, "there are 201 images; at most 200"),
        ("sort=confidence", "sort", "confidence", "must be one of image_id, -confidence, -boxes, -area, random"),
        ("sort=-confidence", "sort", "-confidence", "needs a `label` term"),
        ("sort=-confidence&any=/m/06ht1", "sort", "-confidence", "needs a `label` term"),
        ("sort=random", "sort", "random", "needs a seed from 0 to 4294967295"),
        ("seed=3", "seed", "3", "only allowed with sort=random"),
        ("sort=random&seed=4294967296", "seed", "4294967296", "must be a whole number from 0 to 4294967295"),
        ("sort=random&seed=-1", "seed", "-1", "must be a whole number"),
        ("sort=random&seed=1e3", "seed", "1e3", "must be a whole number"),
        ("page=0", "page", "0", "must be a whole number from 1 to 10000000"),
        ("page=10000001", "page", "10000001", "must be a whole number"),
        ("page=%D9%A3", "page", "٣", "must be a whole number"),
        ("page=+1", "page", " 1", "must be a whole number"),
        ("page=1&page=1", "page", "1", "may be given only once"),
        ("per_page=201", "per_page", "201", "must be a whole number from 1 to 200"),
        ("per_page=", "per_page", "", "must be a whole number from 1 to 200"),
    ],
)
def test_what_is_refused_is_named(text: str, parameter: str, value: str, message: str) -> None:
    error = refused(text)
    assert [(one.parameter, one.value) for one in error.errors] == [(parameter, value)]
    assert message in error.errors[0].message


def test_every_fault_is_named() -> None:
    error = refused("page=0&label=/m/06ht1&label=/m/no&foo=1&state=x&state=y")
    assert [(one.parameter, one.value) for one in error.errors] == [
        ("foo", "1"), ("label", "/m/no"), ("state", "x"), ("state", "y"), ("page", "0")
    ]  # fmt: skip
    assert error.nearest == Query(label=(A,))


def test_long_values_are_cut_and_many_faults_are_not_all_told() -> None:
    (one,) = refused(f"label={'x' * 10_000}").errors
    assert one.value == "x" * 80 + "…"
    assert "too long" in one.message
    assert len(refused("&".join(f"p{number}=1" for number in range(900))).errors) == 20


def test_more_than_twenty_terms_are_refused() -> None:
    ranges = [f"{low}-{high}" for low in ("0", "0.1", "0.2") for high in ("0.5", "0.6", "0.7", "0.8", "0.9", "1")]
    texts = [f"label=/m/06ht1@{own}" for own in ranges]
    twenty = "&".join([*texts, "any=/m/06ht1", "not=/m/06ht1"])
    assert len(read(twenty).query.terms) == MAX_TERMS
    error = refused(f"{twenty}&not=/m/05wrt")
    assert [(one.parameter, one.message) for one in error.errors] == [
        ("not", "there are 21 terms; at most 20 are allowed")
    ]
    assert error.nearest == read(twenty).query


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("label=/m/06ht1@0.8&label=/m/05wrt:", Query(label=(A, B))),
        ("any=/m/06ht1&any=/m/no&min_any=2", Query(any=(A,))),
        ("any=/m/06ht1&any=/m/05wrt&min_any=9", Query(any=(A, B), min_any=2)),
        ("confidence=0.5-1&confidence=0-1", Query(confidence=ConfidenceRange(50, 100))),
        ("sort=random&seed=x&subset=test", Query(subsets=frozenset({"test"}))),
        ("sort=random&seed=1&seed=2", Query(sort=Sort.RANDOM, seed=1)),
        ("sort=-confidence&label=/m/06ht1&page=0", Query(label=(A,), sort=Sort.CONFIDENCE)),
        ("sort=-confidence&label=/m/no", Query()),
    ],
)
def test_the_nearest_query_keeps_what_was_right(text: str, nearest: Query) -> None:
    assert refused(text).nearest == nearest


def test_labels_are_searched_by_their_own_parameters() -> None:
    search = read_label_search(QueryDict("q=dog&page=2"))
    assert (search.text, search.page, search.per_page) == ("dog", 2, 30)
    assert read_label_search(QueryDict("")).text is None
    assert read_label_index(QueryDict("q=dog&order=name")).order == "name"
    assert read_label_index(QueryDict("")).order == "-images"
    for text in ("q=", "q=a&q=b", "q=%00", "q=%ff", "q=" + "x" * 101, "label=/m/06ht1"):
        with pytest.raises(BadQueryError):
            read_label_search(QueryDict(text))


def test_nothing_is_allowed_where_nothing_is_taken() -> None:
    read_nothing(QueryDict(""))
    with pytest.raises(BadQueryError, match="there are no parameters here"):
        read_nothing(QueryDict("page=1"))


def test_addresses_keep_what_was_given_and_drop_the_page() -> None:
    request = read("label=/m/06ht1&per_page=30&page=7&size=l&sort=random&seed=5")
    assert request.address(request.query) == "label=/m/06ht1&sort=random&seed=5&per_page=30&size=l"
    assert request.address(Query(), page=8) == "per_page=30&size=l&page=8"
    assert read("page=3").address(Query()) == ""


@drawn(quick=100, deep=2000)
@given(queries())
def test_label_and_author_links_are_those_of_the_changed_queries(query: Query) -> None:
    request = replace(read("per_page=5"), query=query)
    by_label, by_author = request.label_addresses(), request.author_addresses()
    for mid in MIDS:
        assert by_label(mid) == request.address(add_label(query, mid))
    for key in AUTHORS:
        assert by_author(key) == request.address(with_authors(query, [key]))


def test_no_label_can_be_added_to_twenty_terms() -> None:
    full = Query(label=tuple(Term("/m/06ht1", ConfidenceRange(low, 100)) for low in range(19)), without=(A,))
    assert BrowseRequest(full).label_addresses()("/m/06ht1") is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("", None),
        ("label=/m/06ht1&page=2&sort=random&seed=1", None),
        ("utm_source=a&utm_x=b&fbclid=c&gclid=d", ""),
        ("label=/m/06ht1&gclid=d&lable=x", "label=/m/06ht1&lable=x"),
        ("sort=random&label=/m/06ht1", "sort=random&label=/m/06ht1&seed=9"),
        ("sort=random&sort=random", None),
    ],
)
def test_where_the_first_page_redirects_to(text: str, target: str | None) -> None:
    assert redirect_from_home(QueryDict(text), lambda: 9) == target


@pytest.mark.parametrize(
    ("form", "target"),
    [
        ("", "sort=image_id"),
        ("label=&any=&not=&confidence=&state=&author=&sort=&seed=&min_any=&per_page=&page=", "sort=image_id"),
        ("label=/m/06ht1&page=007&per_page=060", "label=/m/06ht1&per_page=60&page=7"),
        ("page=1", "sort=image_id"),
        ("page=2&size=l", "sort=image_id&size=l&page=2"),
        ("confidence_low=.8&confidence_high=", "confidence=0.8-1"),
        ("confidence_low=0.800&confidence_high=1.", "confidence=0.8-1"),
        ("confidence_low=-0&confidence_high=8e-1", "confidence=0-0.8"),
        ("label=/m/06ht1&label=&state=missed&confidence_low=&confidence_high=", "label=/m/06ht1&state=missed"),
        ("confidence_low=0&confidence_high=1", "sort=image_id"),
        ("confidence_low=0.50&confidence_high=", "confidence=0.5-1"),
        ("confidence_low=0&confidence_high=1.0&label=/m/06ht1", "label=/m/06ht1"),
        ("sort=image_id&size=l&per_page=60&label=/m/06ht1", "label=/m/06ht1&per_page=60&size=l"),
        ("state=missed&state=confirmed", "state=confirmed&state=missed"),
        ("sort=random&seed=", "sort=random&seed=9"),
        ("sort=random&seed=3", "sort=random&seed=3"),
        ("sort=image_id&seed=3", "sort=image_id"),
        ("min_any=2", "sort=image_id"),
    ],
)
def test_plain_forms_lead_to_the_canonical_address(form: str, target: str) -> None:
    assert canonical_from_form(QueryDict(form), lambda: 9, known=KNOWN) == target


def test_plain_forms_with_faults_are_refused() -> None:
    for form in ("confidence_low=0.9&confidence_high=0.1", "label=dog", "foo=1", "confidence_low=x"):
        with pytest.raises(BadQueryError):
            canonical_from_form(QueryDict(form), lambda: 9, known=KNOWN)
