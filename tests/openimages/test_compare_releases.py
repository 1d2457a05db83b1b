"""Differences of two releases: each number is that of a plain loop over the files, kept beside what is served."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from browse.dataset.kept_comparisons import kept_comparison
from browse.dataset.release_comparison import compare
from browse.models import DatasetState, Image
from browse.openimages.comparing.columns import COLUMNS
from browse.query.pairs import authority
from tests.drawn import drawn
from tests.openimages.files import LABELS, V1, image_row, small_set, write
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

IDS = ("00000000000000aa", "0000000000000fab", "7fffffffffffffff", "8000000000000000", "fffffffffffffff0")
MIDS = ("/m/01", "/m/02", "/m/03")
SUBSETS = ("train", "validation", "test")
ROWS = st.dictionaries(
    st.tuples(
        st.sampled_from(IDS),
        st.sampled_from(["machine", "human", "verification", "crowdsource-verification", "others"]),
        st.sampled_from(MIDS),
    ),
    st.sampled_from(["0", "0.0", "0.3", "0.495", "0.5", "0.8", "1", "1.0"]),
    min_size=1,
    max_size=25,
)
IMAGES = st.dictionaries(st.sampled_from(IDS), st.sampled_from(SUBSETS))
Release = tuple[dict[str, str], dict[tuple[str, str, str], str], bool]
RELEASES = st.tuples(IMAGES, ROWS, st.booleans())
"""Images by subset, label rows, and whether the file of these is called by a subset."""
Words = tuple[int | None, bool | None]


def quiet(what: str, done: int, total: int) -> None:
    """No progress is told."""


def write_release(folder: Path, release: Release) -> str:
    images, rows, is_named = release
    write(folder / "images.csv", V1, [image_row(image, subset) for image, subset in images.items()])
    lines = [f"{image},{source},{mid},{confidence}" for (image, source, mid), confidence in rows.items()]
    write(folder / ("validation" if is_named else "") / "labels.csv", LABELS, lines)
    write(folder / "dict.csv", "LabelName,DisplayName", ["/m/01,one", "/m/02,two"])
    return str(folder)


def words_of(release: Release) -> dict[tuple[str, str], Words]:
    """For each pair what the machine says, in hundredths, and what the most authoritative person does."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for (image, source, mid), confidence in release[1].items():
        found.setdefault((image, mid), {})[source] = confidence
    words: dict[tuple[str, str], Words] = {}
    for pair, said in found.items():
        machine = said.pop("machine", None)
        human = float(said[min(said, key=authority)]) >= 0.5 if said else None
        words[pair] = (None if machine is None else int(float(machine) * 100 + 0.5), human)
    return words


def facts_of(old: Words, new: Words) -> dict[str, bool]:
    """What is so of a pair."""
    (m0, h0), (m1, h1) = old, new
    facts = {
        "machine_before": m0 is not None,
        "machine_after": m1 is not None,
        "machine_added": m0 is None and m1 is not None,
        "machine_removed": m0 is not None and m1 is None,
        "machine_changed": None not in (m0, m1) and m0 != m1,
        "no_to_yes": h0 is False and h1 is True,
        "yes_to_no": h0 is True and h1 is False,
    }
    for word, says in (("yes", True), ("no", False)):
        facts |= {f"{word}_before": h0 is says, f"{word}_after": h1 is says}
        facts |= {f"{word}_added": h0 is None and h1 is says, f"{word}_removed": h0 is says and h1 is None}
    return facts


def expected(before: Release, after: Release) -> dict[tuple[str, str], list[int]]:
    """By label and subset the numbers, in the order of COLUMNS."""
    old, new = words_of(before), words_of(after)
    found: dict[tuple[str, str], Counter[str]] = {}
    for pair in old.keys() | new.keys():
        is_named = (pair in old and before[2]) or (pair in new and after[2])
        subset = after[0].get(pair[0]) or before[0].get(pair[0]) or ("validation" if is_named else "unknown")
        facts = facts_of(old.get(pair, (None, None)), new.get(pair, (None, None)))
        found.setdefault((pair[1], subset), Counter()).update({name: int(is_so) for name, is_so in facts.items()})
    return {place: [numbers[name] for name in COLUMNS] for place, numbers in found.items()}


@drawn(quick=15, deep=200, shares_fixtures=True)
@given(before=RELEASES, after=RELEASES)
def test_each_number_is_that_of_a_loop(client: Client, tmp_path_factory: Any, before: Release, after: Release) -> None:
    folder = tmp_path_factory.mktemp("releases")
    name = f"drawn-{folder.name.lower().replace('_', '-')}"
    kept = compare(write_release(folder / "a", before), write_release(folder / "b", after), name, quiet)
    answer = client.get(f"/releases/{name}.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))[1:]  # type: ignore[arg-type]
    wanted = expected(before, after)
    assert {(row[0], row[2]): [*map(int, row[3:])] for row in rows} == wanted
    assert {row[1] for row in rows} <= {"one", "two", "/m/03"}
    for subset, numbers in kept.totals.items():
        mine = [row for (_, of), row in wanted.items() if of == subset]
        assert numbers == [sum(column) for column in zip(*mine, strict=True)]
    moved = Counter((before[0].get(image, ""), after[0].get(image, "")) for image in before[0].keys() | after[0].keys())
    assert {(old, new): number for old, new, number in kept.images} == moved
    assert kept_comparison(name) == kept


def test_the_command_keeps_a_page_and_changes_nothing_that_is_served(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(small_set(tmp_path / "set"))
    served = (DatasetState.objects.get().version, Image.objects.count())
    old = write_release(tmp_path / "2017_11", ({IDS[0]: "train"}, {(IDS[0], "machine", "/m/01"): "0.8"}, False))
    new = write_release(tmp_path / "oidv7-files", ({IDS[0]: "test"}, {(IDS[0], "verification", "/m/01"): "1"}, False))
    call_command("compare_releases", old, new, "--name", "v3-v7")
    said = capsys.readouterr().out
    assert "machine: 1 → 0 (+0 −1), 0 with another confidence" in said
    assert "verdicts yes: 0 → 1 (+1 −0); no: 0 → 0 (+0 −0)" in said
    assert "release V3" in said
    assert served == (DatasetState.objects.get().version, Image.objects.count())
    page = client.get("/releases/v3-v7").content.decode()
    assert "1 label with differences" in page
    assert "train → test: " in page
    assert 'href="/label/m/01"' in page
    assert 'href="/releases/v3-v7"' in client.get("/releases").content.decode()
    assert client.get("/releases/none").status_code == client.get("/releases/none.csv").status_code == 404
    with pytest.raises(CommandError, match="there is a comparison of this name"):
        call_command("compare_releases", old, new, "--name", "v3-v7")
    with pytest.raises(CommandError, match="a name is of lower-case letters"):
        call_command("compare_releases", old, new, "--name", "../x")
    with pytest.raises(CommandError, match="no image-level labels were read"):
        call_command("compare_releases", old, str(Path(new) / "dict.csv"))
