"""What the embedded engine offers beside the rules that all engines share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from browse.domain.image_ids import key_from_image_id
from browse.facets.embedded import counting, hierarchy
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.embedded.warm_up import warm
from browse.facets.engine import QueryTimeoutError
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.datasets import Dataset, Photo
from tests.facets.small import image_id, query, small_dataset


def test_a_text_that_is_no_unicode_is_nobody(small: EmbeddedEngine) -> None:
    assert not small.has_author("\ud800")


def test_a_deadline_in_the_past_ends_every_question(small: EmbeddedEngine) -> None:
    late = time.monotonic() - 1
    for ask in (
        lambda: small.count(query("label=dog"), deadline=late),
        lambda: small.page(query("label=dog"), number=1, size=1, deadline=late),
        lambda: small.facets(query("label=dog"), deadline=late),
    ):
        with pytest.raises(QueryTimeoutError):
            ask()
    assert small.count(query("label=dog"), deadline=time.monotonic() + 60) == 3


def test_what_there_is(small: EmbeddedEngine) -> None:
    assert [*small.labels] == ["/m/car", "/m/cat", "/m/dog", "/m/sea", "/m/unused"]
    assert [*small.licenses] == ["cc-by-2.0", "none"]
    assert small.subsets == ["train", "validation", "test"]
    assert small.confidences == [0, 50, 60, 70, 80, 90, 100]
    assert small.images == 8
    assert small.dataset == "test"
    assert small.has_label("/m/unused")
    assert not small.has_label("/m/wolf")
    assert small.has_license("none")
    assert not small.has_license("cc0-1.0")
    assert small.has_author("bob")
    assert not small.has_author("bo")
    assert (small.author_id("bob"), small.author_id("carl")) == (2, None)


@pytest.mark.parametrize("words", [0, 1 << 20], ids=["by pairs", "by sets"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "label=dog", "not=dog", "label=cat&state=rejected", "subset=train&confidence=0.6-1"),
        *("label=sea*", "label=cat*:rejected&state=confirmed", "not=sea*&label=cat*"),
        "any=sea*@0.6-1&any=car&not=cat*",
        "label=sea*&any=sea*@0.5-0.8&any=cat*:missed,absent&any=dog*&any=car*&min_any=2",
    ],
)
def test_groups_are_counted_alike_in_sets_and_in_pairs(
    small: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, words: int, text: str
) -> None:
    monkeypatch.setattr(hierarchy, "WORDS_FOR_AN_IMAGE", words)
    assert_same_answers(small, BruteForce(small_dataset()), query(text))
    ruled = {(key_from_image_id(image_id(1)), "/m/dog"): False, (key_from_image_id(image_id(2)), "/m/car"): True}
    counted = small.with_changes(ruled).facets(query(text))
    monkeypatch.undo()
    assert counted == small.with_changes(ruled).facets(query(text))


def test_label_counts_are_those_of_their_pages(small: EmbeddedEngine) -> None:
    counts = small.label_counts()
    assert counts == {"/m/car": 1, "/m/cat": 3, "/m/dog": 3, "/m/sea": 3, "/m/unused": 0}
    assert all(small.count(query(f"label={mid.removeprefix('/m/')}")) == n for mid, n in counts.items())


def test_only_subsets_with_images_are_listed(embed: Callable[[Dataset], EmbeddedEngine]) -> None:
    dataset = small_dataset()
    engine = embed(
        replace(
            dataset,
            photos=tuple(photo for photo in dataset.photos if photo.subset != "test"),
            annotations={k: v for k, v in dataset.annotations.items() if k[0] != image_id(8)},
        )
    )
    assert engine.facets(query("")).values["subsets"] == {"train": 5, "validation": 2}
    assert engine.count(query("subset=test")) == 0


def test_duplicates_share_an_md5(small: EmbeddedEngine) -> None:
    twins = [key_from_image_id(image_id(number)) for number in (2, 6)]
    assert [small.duplicates(key) for key in twins] == [twins, twins]
    for number in (1, 7, 8, 9):
        assert small.duplicates(key_from_image_id(image_id(number))) == []


def test_md5s_that_agree_in_half_are_no_duplicates(embed: Callable[[Dataset], EmbeddedEngine]) -> None:
    one, other = b"12345678", b"abcdefgh"
    md5s = [one + one, one + other, other + one, one + other, one + one, bytes(8) + one, bytes(16), bytes(16)]
    photos = tuple(Photo(image_id(number), md5=md5) for number, md5 in enumerate(md5s))
    engine = embed(Dataset(photos, ("/m/dog",)))
    groups = [[number for number in range(8) if photos[number].key in engine.duplicates(photo.key)] for photo in photos]
    assert groups == [[0, 4], [1, 3], [], [1, 3], [0, 4], [], [], []]


def test_twenty_terms_are_counted_exactly(small: EmbeddedEngine) -> None:
    names = ("dog", "cat", "sea", "car")
    texts = [f"any={name}@{low}-1" for low in ("0", "0.55", "0.65", "0.75", "0.85") for name in names]
    for least in (1, 2, 7, 8, 15, 16, 20):
        assert_same_answers(small, BruteForce(small_dataset()), query("&".join([*texts, f"min_any={least}"])))


def test_threads_may_share_an_engine(small: EmbeddedEngine) -> None:
    texts = [
        "",
        "label=dog",
        "not=dog&state=absent",
        "any=dog&any=cat&min_any=2",
        "author=ann",
        "confidence=0.5-0.5",
    ] * 20
    alone = [small.facets(query(text)) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda text: small.facets(query(text)), texts)] == alone


def compiled() -> dict[tuple[str, str], int]:
    """For how many kinds of arguments each kernel is compiled, by its module and name."""
    modules = {name: module for name, module in sys.modules.items() if name.startswith("browse.facets.")}
    return {
        (name, called): len(value.signatures)
        for name, module in modules.items()
        for called, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


def test_warming_up_leaves_nothing_behind_to_compile(small: EmbeddedEngine) -> None:
    warm()
    warmed = compiled()
    assert warmed
    for text in ("", "label=dog", "not=dog&state=absent", "any=dog&any=cat&min_any=2", "author=ann&sort=random&seed=1"):
        small.page(query(text), number=1, size=2)
        small.facets(query(text))
    for key in small.overlay.index.image_keys.tolist():
        small.similar(key, top=2)
    assert compiled() == warmed


def test_a_hidden_image_is_nobody_s_duplicate(small: EmbeddedEngine) -> None:
    first, second = (key_from_image_id(image_id(number)) for number in (2, 6))
    hidden = small.with_overlay(small.overlay.with_changes({}, {first: True}))
    assert small.duplicates(first) == small.duplicates(second) == [first, second]
    assert hidden.duplicates(first) == hidden.duplicates(second) == []


@pytest.mark.parametrize("few", [0, 1, counting.FEW_IMAGES])
def test_authors_of_few_images_and_of_many_are_counted_alike(
    small: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(counting, "FEW_IMAGES", few)
    for text in ("", "label=dog", "label=unused", "not=dog&state=absent", "author=ann"):
        assert_same_answers(small, BruteForce(small_dataset()), query(text))


def test_the_largest_counts_come_first_and_equal_ones_by_place() -> None:
    chance = np.random.default_rng(4)
    for size in (0, 1, 63, 64, 129, 1000, 7001):
        for most in (1, 3, 100, 100_000):
            counts = chance.integers(0, most + 1, size) * (chance.random(size) < 0.3)
            ranked = sorted(((place, n) for place, n in enumerate(counts.tolist()) if n), key=lambda row: -row[1])
            for limit in (None, 0, 1, 2, 50, 200):
                assert counting.largest(counts, limit) == ranked[:limit]
