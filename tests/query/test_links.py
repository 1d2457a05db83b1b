"""The changes that links make."""

from __future__ import annotations

import pytest
from hypothesis import given

from browse.query import links
from browse.query.values import ANY_CONFIDENCE, ConfidenceRange, Query, Role, Sort, State, Term
from tests.query.draw import queries

A, B, C = Term("/m/a"), Term("/m/b"), Term("/m/c")
A_HIGH = Term("/m/a", ConfidenceRange(80, 100))
FULL = Query(label=tuple(Term(f"/m/{number}") for number in range(20)))


def test_added_terms_go_to_the_end_and_equal_ones_collapse_into_the_first() -> None:
    query = Query(label=(A, B))
    assert links.add_label(query, "/m/c").label == (A, B, C)
    assert links.add_label(query, "/m/a") == query
    assert links.add_term(query, Role.LABEL, A_HIGH).label == (A, B, A_HIGH)
    assert links.add_any(query, "/m/a") == Query(label=(A, B), any=(A,))
    assert links.add_without(query, "/m/a") == Query(label=(A, B), without=(A,))


def test_the_last_label_takes_the_order_by_confidence_with_it() -> None:
    query = Query(label=(A, B), sort=Sort.CONFIDENCE)
    one = links.remove_label(query, A)
    assert one == Query(label=(B,), sort=Sort.CONFIDENCE)
    assert links.remove_label(one, B) == Query()
    assert links.remove_label(Query(label=(A,), sort=Sort.RANDOM, seed=3), A) == Query(sort=Sort.RANDOM, seed=3)
    assert links.move_term(one, Role.LABEL, Role.NOT, B) == Query(without=(B,))


def test_k_sinks_with_the_any_terms() -> None:
    query = Query(any=(A, B, C), min_any=3)
    two = links.remove_any(query, B)
    assert two == Query(any=(A, C), min_any=2)
    assert links.remove_any(links.remove_any(two, A), C) == Query()
    assert links.remove_any(Query(any=(A, B, C), min_any=2), A).min_any == 2
    assert links.add_any(two, "/m/b").min_any == 2


def test_a_replaced_term_keeps_its_place_and_collapses_with_an_equal_one() -> None:
    query = Query(any=(A, B, C), min_any=3)
    assert links.replace_term(query, Role.ANY, B, A_HIGH) == Query(any=(A, A_HIGH, C), min_any=3)
    assert links.replace_term(query, Role.ANY, C, A) == Query(any=(A, B), min_any=2)
    assert links.replace_term(query, Role.ANY, A, C) == Query(any=(C, B), min_any=2)


def test_twenty_terms_are_full() -> None:
    assert FULL.is_full
    assert links.add_label(FULL, "/m/3") == FULL
    for add in (links.add_label, links.add_any, links.add_without):
        with pytest.raises(ValueError, match="at most 20 terms"):
            add(FULL, "/m/new")


def test_orders_that_make_no_sense_are_refused() -> None:
    for sort, seed in ((Sort.RANDOM, None), (Sort.IMAGE_ID, 1), (Sort.CONFIDENCE, None)):
        with pytest.raises(ValueError, match="needs"):
            links.with_sort(Query(), sort, seed=seed)
    with pytest.raises(ValueError, match="min_any"):
        links.with_min_any(Query(any=(A,)), 2)


def test_chosen_values_replace_and_nothing_means_not_given() -> None:
    query = Query(states=frozenset({State.MISSED}), confidence=ANY_CONFIDENCE, author="a")
    assert links.with_states(query, [State.ABSENT]).states == {State.ABSENT}
    assert links.with_states(query, []).states is None
    assert links.with_confidence(query, None).confidence is None
    assert links.with_author(query, "b").author == "b"
    assert links.with_subsets(query, ["test"]).subsets == {"test"}
    assert links.with_licenses(query, ["cc0-1.0"]).licenses == {"cc0-1.0"}


def test_each_condition_can_be_dropped() -> None:
    query = Query(label=(A,), without=(B,), states=frozenset({State.MISSED}), subsets=frozenset({"test"}), author="x")
    assert [(one.parameter, one.value) for one in links.conditions(query)] == [
        ("label", "/m/a"), ("not", "/m/b"), ("state", "missed"), ("subset", "test"), ("author", "x")
    ]  # fmt: skip
    assert next(links.conditions(query)).without == Query(
        without=(B,), states=frozenset({State.MISSED}), subsets=frozenset({"test"}), author="x"
    )


@given(queries())
def test_changes_keep_a_query_valid(query: Query) -> None:
    for role, term in query.terms:
        for changed in (
            links.remove_term(query, role, term),
            links.replace_term(query, role, term, A),
            *(links.move_term(query, role, other, term) for other in Role),
        ):
            assert all(len(set(changed.terms_of(role))) == len(changed.terms_of(role)) for role in Role)
            assert 1 <= changed.min_any <= max(1, len(changed.any))
            assert changed.label or changed.sort is not Sort.CONFIDENCE
