"""Every number of human versus machine and of the statistics, after a real import, equals one out of the CSV files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browse import search
from browse.dataset.import_run import ImportOptions, run_import
from browse.domain.comparison import Agreement, Comparison, wilson_interval
from browse.facets.build.curated_sections import PARTNERS
from browse.query.values import STATES, SUBSETS, State
from browse.sample import sample_files
from browse.search import MachineRow, Snapshot
from browse.search.comparisons import DISPUTED
from tests.drawn import DEEP
from tests.search.statistics_sql import Oracle

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = (None, *SUBSETS)
SYNTHETIC_IMAGES = 100_000


@pytest.fixture
def imported(settings: Any, tmp_path: Path) -> Callable[[Path], Oracle]:
    """Imports a folder of files; gives what SQL says of them."""
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"

    def load(folder: Path) -> Oracle:
        run_import(ImportOptions([str(folder)], replace=True), lambda what, done, total: None)
        return Oracle(folder)

    return load


def test_the_sample_s_numbers_are_those_of_its_files(imported: Callable[[Path], Oracle], tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    for name, content in sample_files(600).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert_everything_equal(imported(folder))


@pytest.mark.deep
def test_real_rows_numbers_are_those_of_their_files(imported: Callable[[Path], Oracle], real_data: Path) -> None:
    assert_everything_equal(imported(real_data / "real_v1_layout"))


@pytest.mark.drawn
@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != DEEP, reason="100,000 images are for make test-deep.")
def test_a_large_set_s_numbers_are_those_of_its_files(
    imported: Callable[[Path], Oracle], real_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "synthetic"
    program = real_data.parent / "bench" / "make_openimages.py"
    command = [sys.executable, str(program), str(folder), f"--images={SYNTHETIC_IMAGES}"]
    subprocess.run(command, check=True, capture_output=True)
    assert_everything_equal(imported(folder))


def assert_everything_equal(oracle: Oracle) -> None:
    """Compare all numbers of the version that is current."""

    def compare(snapshot: Snapshot) -> None:
        for subset in SCOPES:
            assert_comparisons(snapshot, oracle, subset)
            assert_table(snapshot, oracle, subset)
            assert_machine_and_human(snapshot, oracle, subset)
        assert_frequencies(snapshot, oracle)
        assert_partners(snapshot, oracle)
        assert_disagreements(snapshot, oracle)
        assert_histograms(snapshot, oracle)
        assert_duplicates(snapshot, oracle)

    search.consistently(compare, timeout_s=600)


def assert_numbers(pairs: Agreement, expected: tuple[Any, ...]) -> None:
    """The seven numbers of a set of pairs; those of the intervals but for rounding."""
    *exact, low, high = expected
    assert [pairs.machine, pairs.yes, pairs.no, pairs.precision, pairs.coverage] == exact
    assert (pairs.precision_low, pairs.precision_high) == pytest.approx((low, high), abs=1e-9)


def assert_comparisons(snapshot: Snapshot, oracle: Oracle, subset: str | None) -> None:
    expected, from_on, states = defaultdict(dict), defaultdict(dict), defaultdict(dict)  # type: ignore[var-annotated]
    for mid, level, *row in oracle.levels(subset):
        expected[mid][level] = tuple(row)
    for mid, level, *row in oracle.at_least(subset):
        from_on[mid][level] = tuple(row)
    for mid, state, pairs, _ in oracle.states(subset):
        states[mid][state] = pairs
    images = {row[0]: dict(zip(SUBSETS, row[2:5], strict=True)) for row in oracle.frequencies()}
    assert images.keys() == set(snapshot.engine.labels)
    found: dict[str | None, Comparison] = {None: search.comparison_of(snapshot, subset=subset)}
    asked = images if subset is None else [mid for mid in images if mid in states]
    for mid in asked:
        label = search.label_comparison_of(snapshot, mid, subset=subset)
        assert label is not None
        assert label.images == images[mid]
        found[mid] = label.comparison
    for mid, comparison in found.items():
        assert [level.confidence for level in comparison.levels] == sorted(expected[mid]), mid
        for level in comparison.levels:
            assert_numbers(level.at, expected[mid][level.confidence])
            assert_numbers(level.at_least, from_on[mid][level.confidence])
        lowest = comparison.levels[0].confidence if comparison.levels else None
        assert_numbers(comparison.total, from_on[mid].get(lowest, (0, 0, 0, None, None, None, None)))
        assert comparison.missed == states[mid].get("missed", 0)
        assert comparison.absent == states[mid].get("absent", 0)
        assert comparison.recommended_threshold(0.9) == threshold(from_on[mid], expected[mid], 0.9)


def threshold(from_on: dict[int, Any], levels: dict[int, Any], precision: float) -> int | None:
    """The lowest level whose pairs, with those above, surely reach the precision."""
    return next(
        (
            level
            for level in sorted(levels)
            if from_on[level][1] + from_on[level][2] and wilson_interval(*from_on[level][1:3])[0] >= precision
        ),
        None,
    )


def assert_table(snapshot: Snapshot, oracle: Oracle, subset: str | None) -> None:
    table = search.label_table_of(snapshot, subset=subset, order="mid")
    by_label: dict[str, dict[str, int]] = defaultdict(dict)
    for mid, state, pairs, _ in oracle.states(subset):
        if mid is not None:
            by_label[mid][state] = pairs
    trainable = {row[0]: row[7] for row in oracle.frequencies()}
    for row in table.rows(0, len(table)):
        counts = {state: by_label[row.mid].get(state, 0) for state in STATES}
        yes, no, unverified = counts[State.CONFIRMED], counts[State.REJECTED], counts[State.UNVERIFIED]
        assert row.pairs == Agreement(yes + no + unverified, yes, no)
        assert (row.missed, row.absent) == (counts[State.MISSED], counts[State.ABSENT])
        assert row.images == yes + unverified + row.missed
        assert row.trainable == trainable[row.mid]


def assert_machine_and_human(snapshot: Snapshot, oracle: Oracle, subset: str | None) -> None:
    found = search.machine_and_human_of(snapshot, subset=subset)
    expected = {(level, state): (pairs, images) for level, state, pairs, images in oracle.cells(subset)}
    expected |= {(None, state): (pairs, images) for mid, state, pairs, images in oracle.states(subset) if mid is None}

    def cells(row: MachineRow) -> list[tuple[int, int]]:
        return [(cell.pairs, cell.images) for cell in (row.yes, row.no, row.silent)]

    for row in (*found.rows, found.total):
        states = ("confirmed", "rejected", "unverified")
        assert cells(row) == [expected.get((row.confidence, state), (0, 0)) for state in states]
    assert [row.confidence for row in found.rows] == sorted({level for level, _ in expected if level is not None})
    for name in ("missed", "absent"):
        cell = getattr(found, name)
        assert (cell.pairs, cell.images) == expected.get((None, name), (0, 0))
    assert (found.judged.pairs, found.judged.images) == oracle.judged(subset)
    scope = "true" if subset is None else f"subset = '{subset}'"
    assert found.images == oracle.number(f"SELECT count(*) FROM images WHERE {scope}")


def assert_frequencies(snapshot: Snapshot, oracle: Oracle) -> None:
    found = [
        (one.mid, one.images, one.train, one.annotated, one.annotated_train, one.trainable, one.yes, one.no)
        for one in search.frequencies_of(snapshot)
    ]
    assert found == [(*row[:3], *row[5:]) for row in oracle.frequencies()]


def assert_partners(snapshot: Snapshot, oracle: Oracle) -> None:
    expected: dict[str, list[tuple[float, str, int, float]]] = defaultdict(list)
    for mid, other, both, lift, bound in oracle.co_occurring_labels():
        expected[mid].append((bound, other, both, lift))
    for mid in snapshot.engine.labels:
        ranked = sorted(expected[mid], key=lambda one: (-round(one[0], 9), one[1]))[:PARTNERS]
        found = search.co_occurring_labels_of(snapshot, mid)
        assert [(one.mid, one.both) for one in found] == [(other, both) for _, other, both, _ in ranked], mid
        assert [one.lift for one in found] == pytest.approx([lift for *_, lift in ranked])
        assert [one.bound for one in found] == pytest.approx([bound for bound, *_ in ranked])


def assert_disagreements(snapshot: Snapshot, oracle: Oracle) -> None:
    for subset in SCOPES:
        disputed = search.disputed_labels_of(snapshot, subset=subset)
        assert disputed == oracle.disputed(subset)[:DISPUTED]
        for mid in (None, *(mid for mid, _ in disputed[::10])):
            found = search.disagreements_of(snapshot, mid=mid, subset=subset, per_page=200)
            expected = oracle.disagreeing(mid, subset)
            assert found.count == len(expected)
            assert [(one.image.image_id, one.strength) for one in found.images] == expected[:200]


def assert_histograms(snapshot: Snapshot, oracle: Oracle) -> None:
    for subset in SCOPES:
        by_number = search.labels_per_image_of(snapshot, subset=subset)
        assert [(n, images) for n, images in by_number.items() if images] == oracle.labels_per_image(subset)
        found = search.confidences_of(snapshot, subset=subset)
        assert [(source, level, n) for source in found for level, n in found[source].items()] == (
            oracle.confidences(subset)
        )
    authors = search.author_sizes_of(snapshot)
    assert [*authors.authors.items()] == oracle.author_sizes()
    assert authors.nobody == oracle.number("SELECT count(*) FROM images WHERE author = ''")


def assert_duplicates(snapshot: Snapshot, oracle: Oracle) -> None:
    expected = oracle.duplicates()
    summary = search.duplicate_summary_of(snapshot)
    assert (summary.groups, summary.images) == (len(expected), sum(n for _, n, *_ in expected))
    assert summary.across == sum(subsets > 1 for _, _, subsets, _ in expected)
    assert summary.across_images == sum(n for _, n, subsets, _ in expected if subsets > 1)
    within = [subset for _, _, subsets, subset in expected if subsets == 1]
    assert summary.within == {subset: within.count(subset) for subset in SUBSETS}
    shown = search.duplicates_of(snapshot, per_page=200)
    assert [(group.md5, group.count) for group in shown.groups] == [(md5, n) for md5, n, *_ in expected[:200]]
