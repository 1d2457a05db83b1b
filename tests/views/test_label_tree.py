"""The label tree, and where labels stand in it on their pages; nothing of it without a hierarchy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse.domain.hierarchy import Hierarchy, HierarchyEdge
from browse.presentation.pages import label_tree
from browse.search.hierarchy import LabelTree
from tests.datasets import ANIMAL, BEACH, CAT, DOG, ENTITY, PET, SEA
from tests.html import tree

pytestmark = pytest.mark.django_db


class PlainNames:
    """Every label is called as its MID."""

    def label(self, mid: str) -> str:
        return mid

    def is_ambiguous(self, mid: str) -> bool:
        return False


def shown(nodes: Iterable[label_tree.TreeNode]) -> dict[str, Any]:
    return {node.name: shown(node.children) for node in nodes}


def made(steps: Iterable[str], labels: str, found: str | None = None) -> dict[str, Any]:
    """The tree of "parent child" steps, "parent/child" for parts, over labels of one letter each."""
    edges = frozenset(HierarchyEdge(step[0], step[-1], step[1] == "/") for step in steps)
    counts = dict.fromkeys(labels, 1)
    wanted = None if found is None else frozenset(found)
    context = label_tree.tree_context(LabelTree(Hierarchy(edges), counts, {}, wanted), PlainNames(), text=found)  # type: ignore[arg-type]
    return shown(context["nodes"])


def test_a_label_stands_under_each_of_its_parents_and_parts_last() -> None:
    assert made(["a c", "a b", "b d", "c d", "a/A"], "abcdA") == {"a": {"b": {"d": {}}, "c": {"d": {}}, "A": {}}}


def test_a_root_that_is_no_label_gives_way_and_one_in_between_stays() -> None:
    assert made(["x a", "a y", "y b", "x c"], "abc") == {"a": {"y": {"b": {}}}, "c": {}}


def test_what_is_found_is_shown_with_what_leads_there_and_what_is_below() -> None:
    steps = ["a b", "a c", "b d", "d e", "b f"]
    assert made(steps, "abcdef", "d") == {"a": {"b": {"d": {"e": {}}}}}


def test_parts_in_a_circle_with_kinds_come_to_an_end() -> None:
    assert made(["r a", "a b", "b/a"], "rab") == {"r": {"a": {"b": {}}}}


def test_many_paths_to_the_same_labels_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_tree, "MAX_NODES", 100)
    levels = "abcdefghijklmnopqrstuvwxyz"
    steps = [f"{upper} {lower}" for at, upper in enumerate(levels) for lower in levels[at + 1 :]]
    assert str(made(steps, levels)).count(":") <= 100


@pytest.mark.usefixtures("with_hierarchy")
def test_the_page_counts_each_label_with_all_below_it_and_itself(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/labels/tree")
    with django_assert_max_num_queries(4):
        page = client.get("/labels/tree").text
    rows = [row.words for row in tree(page).all(".tree-row")]
    assert [" ".join(row.split()) for row in rows] == [
        "animal 4 images with animal or any below 0 images with animal",
        "dog 4 images with dog",
        "pet 4 images with pet or any below 0 images with pet",
        "cat 0 images with cat",
        "dog 4 images with dog",
        "beach 2 images with beach",
        "sea part 2 images with sea",
    ]
    assert ENTITY not in page
    assert not tree(page).has(".tree summary a")
    hrefs = [link["href"] for link in tree(page).all(".tree-row a")]
    assert {f"/?label={ANIMAL}*", f"/?label={DOG}", f"/label{PET}"} <= {*hrefs}


@pytest.mark.usefixtures("with_hierarchy")
def test_the_tree_is_narrowed_by_a_text_and_says_where_there_is_none(client: Client) -> None:
    found = tree(client.get("/labels/tree?q=cat").text)
    assert [name.words for name in found.all(".tree-name")] == ["animal", "pet", "cat"]
    assert "1 label matching" in " ".join(found.words.split())
    assert "No matching labels in the tree" in client.get("/labels/tree?q=zebra").text


@pytest.mark.usefixtures("with_hierarchy")
def test_label_pages_name_what_is_above_and_below(client: Client) -> None:
    relatives = tree(client.get(f"/label{PET}").text).all(".relatives a")
    assert [(link.words, link["href"]) for link in relatives] == [
        ("animal", f"/label{ANIMAL}"),
        ("cat", f"/label{CAT}"),
        ("dog", f"/label{DOG}"),
        ("4 images", f"/?label={PET}*"),
        ("In the label tree", f"/labels/tree?q={PET}"),
    ]
    parts = tree(client.get(f"/label{SEA}").text).all(".relatives a")
    assert [link["href"] for link in parts] == [f"/label{BEACH}", f"/labels/tree?q={SEA}"]
    assert "/labels/tree" in client.get("/labels").text


def test_without_a_hierarchy_there_is_no_tree(client: Client, generation: str) -> None:
    assert client.get("/labels/tree").status_code == 404
    assert "/labels/tree" not in client.get("/labels").text
    assert not tree(client.get(f"/label{DOG}").text).all(".relatives")
