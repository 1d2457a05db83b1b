"""The changes that links make."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from browse.query import edits
from browse.query.canonical import canonical
from browse.query.fields import BY_NAME
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, ConfidenceRange, Query, Role, Sort, State, Term
from tests.query.draw import queries

A, B, C = Term("/m/a"), Term("/m/b"), Term("/m/c")
A_HIGH = Term("/m/a", ConfidenceRange(80, 100))
FULL = Query(label=tuple(Term(f"/m/{number}") for number in range(20)))


def test_added_terms_go_to_the_end_and_equal_ones_collapse_into_the_first() -> None:
    query = Query(label=(A, B))
    assert edits.add_label(query, "/m/c").label == (A, B, C)
    assert edits.add_label(query, "/m/a") == query
    assert edits.add_term(query, Role.LABEL, A_HIGH).label == (A, B, A_HIGH)
    assert edits.add_term(query, Role.ANY, A) == Query(label=(A, B), any=(A,))
    assert edits.add_without(query, "/m/a") == Query(label=(A, B), without=(edits.exclusion("/m/a"),))


def test_what_pages_leave_out_stays_out_whatever_the_query_is_narrowed_to() -> None:
    query = edits.add_without(Query(), "/m/a")
    assert canonical(query) == "not=/m/a@0-1:confirmed,missed,unverified"
    (term,) = query.without
    narrowed = edits.with_confidence(edits.with_states(query, [State.REJECTED]), ConfidenceRange(90, 100))
    assert (narrowed.range_of(term), narrowed.states_of(term)) == (query.range_of(term), query.states_of(term))
    moved = edits.move_term(Query(label=(A,)), Role.LABEL, Role.NOT, A)
    assert moved == query
    assert edits.move_term(moved, Role.NOT, Role.ANY, term) == Query(any=(A,))
    high = edits.move_term(Query(any=(A_HIGH,)), Role.ANY, Role.NOT, A_HIGH)
    assert high.without == (replace(A_HIGH, states=DEFAULT_STATES),)


def test_the_last_label_takes_the_order_by_confidence_with_it() -> None:
    query = Query(label=(A, B), sort=Sort.CONFIDENCE)
    one = edits.remove_label(query, A)
    assert one == Query(label=(B,), sort=Sort.CONFIDENCE)
    assert edits.remove_label(one, B) == Query()
    assert edits.remove_label(Query(label=(A,), sort=Sort.RANDOM, seed=3), A) == Query(sort=Sort.RANDOM, seed=3)
    assert edits.move_term(one, Role.LABEL, Role.NOT, B) == Query(without=(edits.exclusion(B.mid),))


def test_k_sinks_with_the_any_terms() -> None:
    query = Query(any=(A, B, C), min_any=3)
    two = edits.remove_term(query, Role.ANY, B)
    assert two == Query(any=(A, C), min_any=2)
    assert edits.remove_term(edits.remove_term(two, Role.ANY, A), Role.ANY, C) == Query()
    assert edits.remove_term(Query(any=(A, B, C), min_any=2), Role.ANY, A).min_any == 2
    assert edits.add_term(two, Role.ANY, B).min_any == 2


def test_a_replaced_term_keeps_its_place_and_collapses_with_an_equal_one() -> None:
    query = Query(any=(A, B, C), min_any=3)
    assert edits.replace_term(query, Role.ANY, B, A_HIGH) == Query(any=(A, A_HIGH, C), min_any=3)
    assert edits.replace_term(query, Role.ANY, C, A) == Query(any=(A, B), min_any=2)
    assert edits.replace_term(query, Role.ANY, A, C) == Query(any=(C, B), min_any=2)


def test_twenty_terms_are_full() -> None:
    assert FULL.is_full
    assert edits.add_label(FULL, "/m/3") == FULL
    for add in (edits.add_label, edits.add_without):
        with pytest.raises(ValueError, match="at most 20 terms"):
            add(FULL, "/m/new")


def test_orders_that_make_no_sense_are_refused() -> None:
    for sort, seed in ((Sort.RANDOM, None), (Sort.IMAGE_ID, 1), (Sort.CONFIDENCE, None)):
        with pytest.raises(ValueError, match="needs"):
            edits.with_sort(Query(), sort, seed=seed)
    with pytest.raises(ValueError, match="min_any"):
        edits.with_min_any(Query(any=(A,)), 2)


def test_chosen_values_replace_and_nothing_means_not_given() -> None:
    query = Query(states=frozenset({State.MISSED}), confidence=ANY_CONFIDENCE, authors=frozenset({"a"}))
    assert edits.with_states(query, [State.ABSENT]).states == {State.ABSENT}
    assert edits.with_states(query, []).states is None
    assert edits.with_confidence(query, None).confidence is None
    assert edits.with_authors(query, ["b"]).authors == {"b"}
    assert edits.with_subsets(query, ["test"]).subsets == {"test"}
    assert BY_NAME["license"].replaced(query, ["cc0-1.0"]).licenses == {"cc0-1.0"}


def test_each_condition_can_be_dropped() -> None:
    query = Query(
        label=(A,),
        without=(B,),
        states=frozenset({State.MISSED}),
        subsets=frozenset({"test"}),
        authors=frozenset({"x"}),
    )
    assert [(one.field.name, *one.values) for one in edits.conditions(query)] == [
        ("label", A), ("not", B), ("state", State.MISSED), ("subset", "test"), ("author", "x")
    ]  # fmt: skip
    assert next(edits.conditions(query)).without == Query(
        without=(B,), states=frozenset({State.MISSED}), subsets=frozenset({"test"}), authors=frozenset({"x"})
    )


@given(queries())
def test_changes_keep_a_query_valid(query: Query) -> None:
    for role, term in query.terms:
        for changed in (
            edits.remove_term(query, role, term),
            edits.replace_term(query, role, term, A),
            *(edits.move_term(query, role, other, term) for other in Role),
        ):
            assert all(len(set(changed.terms_of(role))) == len(changed.terms_of(role)) for role in Role)
            assert 1 <= changed.min_any <= max(1, len(changed.any))
            assert changed.label or changed.sort is not Sort.CONFIDENCE
