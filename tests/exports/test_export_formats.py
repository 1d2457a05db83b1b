"""Every export format: what stands in it, how many records its head says it has, and what its file is called."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.curation import actions
from browse.exports import matches
from browse.exports.tables import ALL_EXPORTS
from browse.exports.tables import EXPORTS as EVERY
from browse.models import Label
from tests import datasets
from tests.datasets import BEACH, CAT, DOG, EXAMPLE, FOUR, IDS, NOTHING, ONE, SEA, THREE, TWO
from tests.drawn import drawn

EXPORTS = [form for form in EVERY if not form.kind]
"""Those of images and labels; tests/exports/test_box_exports.py and test_layout_exports.py have the others."""
CONFIRMED, REJECTED, UNVERIFIED, MISSED, ABSENT = "confirmed", "rejected", "unverified", "missed", "absent"
PAIRS = {
    (ONE, DOG): (UNVERIFIED, 80, 80, ""),
    (ONE, BEACH): (CONFIRMED, 90, 90, "yes"),
    (ONE, CAT): (REJECTED, 60, 60, "no"),
    (TWO, DOG): (UNVERIFIED, 50, 50, ""),
    (TWO, SEA): (UNVERIFIED, 100, 100, ""),
    (THREE, DOG): (MISSED, 100, None, "yes"),
    (THREE, CAT): (ABSENT, 0, None, "no"),
    (FOUR, DOG): (CONFIRMED, 90, 90, "yes"),
    (IDS[4], BEACH): (UNVERIFIED, 70, 70, ""),
    (IDS[4], SEA): (UNVERIFIED, 80, 80, ""),
}
"""The pairs of the example, by hand: state, confidence, machine, human."""


@dataclass(frozen=True)
class Fetched:
    """An answer's head and text."""

    head: Any
    text: str

    @property
    def rows(self) -> list[list[str]]:
        """The rows of a CSV file without its header."""
        return list(csv.reader(io.StringIO(self.text.removeprefix("\ufeff"), newline="")))[1:]

    @property
    def columns(self) -> list[str]:
        return next(csv.reader(io.StringIO(self.text.removeprefix("\ufeff"), newline="")))

    @property
    def name(self) -> str:
        """What it is saved as."""
        found = re.fullmatch(r'attachment; filename="([a-z0-9-]+\.[a-z]+)"', self.head["Content-Disposition"])
        assert found
        return found[1]


Fetch = Callable[..., Fetched]


@pytest.fixture
def fetch(client: Client, db: None, settings: Settings, tmp_path: Path) -> Fetch:
    """GET of the small data set."""
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)

    def get(address: str) -> Fetched:
        response = client.get(address)
        assert response.status_code == 200, response.content[:300]
        content = b"".join(response) if isinstance(response, StreamingHttpResponse) else response.content
        return Fetched(response, content.decode())

    return get


def lines_of(*pairs: tuple[str, str]) -> list[list[str]]:
    """These pairs as lines of /export/pairs.csv."""

    def text(hundredths: int | None) -> str:
        return "" if hundredths is None else str(hundredths / 100)

    def line(image: str, mid: str) -> list[str]:
        state, confidence, machine, human = PAIRS[image, mid]
        return [image, mid, datasets.NAMES[mid], state, text(confidence), text(machine), human]

    return [line(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (f"label={DOG}", [(ONE, DOG), (TWO, DOG), (THREE, DOG), (FOUR, DOG)]),
        (f"label={DOG}@0.6-1", [(ONE, DOG), (THREE, DOG), (FOUR, DOG)]),
        (f"label={DOG}&confidence=0.85-1", [(THREE, DOG), (FOUR, DOG)]),
        (f"label={DOG}&label={SEA}", [(TWO, SEA), (TWO, DOG)]),
        (f"any={BEACH}&any={SEA}:unverified", [(ONE, BEACH), (TWO, SEA), (IDS[4], SEA), (IDS[4], BEACH)]),
        (f"any={DOG}@0.5-0.5&any={DOG}@0.9-1", [(TWO, DOG), (THREE, DOG), (FOUR, DOG)]),
        (f"any={DOG}&any={BEACH}&min_any=2", [(ONE, DOG), (ONE, BEACH)]),
        (f"label={DOG}&not={BEACH}&subset=train", [(TWO, DOG)]),
        (f"label={CAT}:rejected,absent", [(ONE, CAT), (THREE, CAT)]),
        ("state=rejected&state=absent", [(ONE, CAT), (THREE, CAT)]),
        ("confidence=0.9-1", [(ONE, BEACH), (TWO, SEA), (THREE, DOG), (FOUR, DOG)]),
        (f"label={DOG}&sort=-confidence", [(THREE, DOG), (FOUR, DOG), (ONE, DOG), (TWO, DOG)]),
        (f"label={DOG}&sort=-confidence&limit=3", [(THREE, DOG), (FOUR, DOG), (ONE, DOG)]),
        ("limit=2", [(ONE, DOG), (ONE, BEACH), (TWO, SEA), (TWO, DOG)]),
        ("subset=test", []),
        (f"label={NOTHING}", []),
    ],
)
def test_pairs_are_those_that_were_asked_for(fetch: Fetch, query: str, pairs: list[tuple[str, str]]) -> None:
    found = fetch(f"/export/pairs.csv?{query}")
    assert found.columns == ["ImageID", "LabelName", "DisplayName", "State", "Confidence", "Machine", "Human"]
    place = {image: number for number, image in enumerate(dict.fromkeys(image for image, _ in pairs))}
    assert found.rows == lines_of(*sorted(pairs, key=lambda pair: (place[pair[0]], pair[1])))
    assert found.head["X-Record-Count"] == str(len(pairs))


def test_the_dictionary_has_the_labels_of_the_result_in_every_state(fetch: Fetch) -> None:
    Label.objects.filter(mid=SEA).update(name="R&amp;B")
    assert fetch(f"/export/dict.csv?label={BEACH}").rows == [
        [CAT, "cat"],
        [SEA, "R&amp;amp;B"],
        [BEACH, "beach"],
        [DOG, "dog"],
    ]
    assert fetch("/export/dict.csv?subset=validation").rows == [[CAT, "cat"], [DOG, "dog"]]
    assert fetch("/export/dict.csv?sort=random&seed=1&subset=test").rows == []


@pytest.mark.parametrize("form", [form for form in ALL_EXPORTS if not form.kind], ids=lambda form: form.path)
@pytest.mark.parametrize("query", ["", f"label={DOG}&sort=-confidence", "sort=random&seed=3", f"any={SEA}&any={CAT}"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 10_000_000])
def test_a_limit_takes_the_first_images_in_the_querys_order(fetch: Fetch, form: Any, query: str, limit: int) -> None:
    order = [row[0] for row in fetch(f"/export/images.csv?{query}").rows]
    found = fetch(f"{form.path}?{query}&limit={limit}")
    if form.name == "dict":
        first = set(order[:limit])
        wanted = {mid for image, mid, _ in EXAMPLE.annotations if image in first}
        assert {row[0] for row in found.rows} == wanted
    else:
        named = re.findall(r"[0-9a-f]{16}", re.sub(r"https?:\S*", "", found.text))
        kept = [image for image in order[:limit] if form.name in ("credits", "images") or image in named]
        assert list(dict.fromkeys(named)) == kept


@pytest.mark.parametrize("form", EXPORTS, ids=lambda form: form.path)
@pytest.mark.parametrize("limit", ["0", "10000001", "-1", "1.5", "", "all"])
def test_a_limit_out_of_range_is_refused_by_name(client: Client, fetch: Fetch, form: Any, limit: str) -> None:
    response = client.get(f"{form.path}?limit={limit}")
    assert response.status_code == 400
    assert b"limit" in response.content


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "label": st.lists(st.sampled_from([DOG, f"{CAT}:rejected,absent", f"{BEACH}@0.8-1", SEA]), max_size=2),
        "any": st.lists(st.sampled_from([DOG, f"{DOG}@0.9-1", CAT, f"{SEA}:unverified"]), min_size=1, max_size=3),
        "not": st.just([BEACH]),
        "confidence": st.just(["0.5-0.9"]),
        "state": st.lists(st.sampled_from([CONFIRMED, REJECTED, MISSED]), min_size=1, max_size=2, unique=True),
        "subset": st.just(["train"]),
        "limit": st.sampled_from([["1"], ["2"], ["4"]]),
    },
)


@pytest.mark.parametrize("form", EXPORTS, ids=lambda form: form.path)
@drawn(quick=12, deep=100, shares_fixtures=True)
@given(query=QUERIES)
def test_the_head_tells_the_number_of_records_that_follow(fetch: Fetch, form: Any, query: dict[str, list[str]]) -> None:
    address = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    found = fetch(f"{form.path}?{address}")
    assert found.head["X-Record-Count"] == str(len(found.rows))


def test_the_number_of_records_follows_verdicts_and_hidden_images(fetch: Fetch) -> None:
    def say(image: str, mid: str, says: str) -> None:
        actions.give_verdict(image_id=image, mid=mid, says=says, by="ann")

    say(TWO, DOG, "no")
    say(TWO, BEACH, "yes")
    say(FOUR, DOG, "unsure")
    say(IDS[5], SEA, "no")
    actions.hide_image(image_id=THREE, by="rita", why="asked")
    for query in ("", f"label={DOG}:{REJECTED}", f"label={BEACH}", "state=absent", "subset=train&limit=2"):
        for form in EXPORTS:
            found = fetch(f"{form.path}?{query}")
            assert found.head["X-Record-Count"] == str(len(found.rows)), (form.path, query)
    assert len(fetch("/export/labels.csv").rows) == len(EXAMPLE.annotations) - 2 + 3


def test_a_verdict_takes_the_place_of_a_curators_word_in_the_data_set(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    """As where a site's own export was imported: a word that is there is replaced, another one is added."""
    settings.INDEX_DIR = tmp_path
    words = {**EXAMPLE.annotations, (TWO, DOG, "curator"): 100, (THREE, SEA, "curator"): 0, (ONE, SEA, "human"): 100}
    datasets.load(replace(EXAMPLE, annotations=words), tmp_path)
    for image, mid in ((TWO, DOG), (TWO, CAT), (ONE, SEA)):
        actions.give_verdict(image_id=image, mid=mid, says="no", by="ann")
    response = client.get("/export/labels.csv")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode())))[1:]  # type: ignore[arg-type]
    assert response["X-Record-Count"] == str(len(rows)) == str(len(words) + 2)
    assert [row for row in rows if row[1] == "curator"] == [
        [ONE, "curator", SEA, "0.0"],
        [TWO, "curator", CAT, "0.0"],
        [TWO, "curator", DOG, "0.0"],
        [THREE, "curator", SEA, "0.0"],
    ]


def test_a_limit_beyond_a_batch_is_kept(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches, "KEYS_AT_ONCE", 2)
    for limit in range(1, len(IDS) + 2):
        rows = fetch(f"/export/images.csv?limit={limit}").rows
        assert [row[0] for row in rows] == list(IDS[:limit])


def test_every_head_tells_its_version_and_asks_caches_to_keep_nothing(fetch: Fetch, client: Client) -> None:
    version = client.get("/api/images")["X-Dataset-Version"]
    tables = ("/labels.csv", "/compare.csv", "/compare/disagreements.csv", "/stats/all.csv", "/duplicates.csv")
    for address in (*(form.path for form in ALL_EXPORTS if not form.needs_rows), *tables):
        head = fetch(address).head
        assert head["X-Dataset-Version"] == version
        assert "no-cache" in head["Cache-Control"]
        assert "private" in head["Cache-Control"]
        assert head["X-Record-Count"].isdecimal()


def test_two_different_downloads_never_have_one_name(fetch: Fetch) -> None:
    made = actions.create_collection(name="Dogs & sea", by="ann", is_public=True)
    other = actions.create_collection(name="Dogs & sea", by="ann", is_public=True)
    for collection in (made, other):
        actions.add_to_collection(collection=collection.pk, image_id=ONE, by="ann")
    queries = ["", f"label={DOG}", f"label={DOG}@0.8-1", f"label={DOG}&limit=2", f"label={DOG}&limit=3", f"not={DOG}"]
    queries += [f"label={DOG}&label={CAT}", f"label={CAT}&label={DOG}", "subset=train", "sort=random&seed=1"]
    addresses = [f"{form.path}?{query}" for form in ALL_EXPORTS if not form.needs_rows for query in queries]
    addresses += [f"{address}&safe=1" for address in addresses if ".csv" in address]
    addresses += [f"/collections/{one.uid}/credits.{end}" for one in (made, other) for end in ("csv", "md", "txt")]
    addresses += ["/labels.csv", "/labels.csv?q=dog", "/labels.csv?safe=1", "/labels.csv?order=mid", "/compare.csv"]
    addresses += ["/compare.csv?subset=train", "/compare.csv?q=dog", "/compare/disagreements.csv", "/duplicates.csv"]
    addresses += ["/duplicates.csv?across=no", "/stats/all.csv", "/stats/train.csv", "/stats/precision.csv"]
    addresses += ["/stats/confidence.csv?subset=test", "/stats/confidence.csv", "/stats/authors.csv"]
    names = [fetch(address).name for address in addresses]
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    actions.add_to_collection(collection=made.pk, image_id=TWO, by="ann")
    names += [fetch(address).name for address in addresses]
    assert len(set(names)) == len(names)


def test_a_files_name_says_what_it_is_of(fetch: Fetch) -> None:
    found = fetch(f"/export/pairs.csv?label={DOG}@0.8-1&not={BEACH}&subset=train&safe=1")
    wanted = r"openimages-pairs-spreadsheet-dog-at-0-8-or-more-without-beach-in-train-[0-9a-f]{12}\.csv"
    assert re.fullmatch(wanted, found.name)
    assert fetch(f"/export/pairs.csv?label={DOG}").name == fetch(f"/export/pairs.csv?label={DOG}").name


FINISHED = ("/labels.csv", "/compare.csv", "/stats/all.csv", "/stats/precision.csv", "/stats/confidence.csv")


@pytest.mark.parametrize("address", FINISHED)
def test_finished_tables_have_an_etag_that_holds_until_something_changes(
    fetch: Fetch, client: Client, address: str
) -> None:
    found = fetch(address).head
    assert found["Content-Length"] == str(len(found.content))
    again = client.get(address, headers={"If-None-Match": found["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{address}?safe=1", headers={"If-None-Match": found["ETag"]})
    assert other.status_code == 200
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="ann")
    assert client.get(address, headers={"If-None-Match": found["ETag"]}).status_code == 200


TABLES = (
    "/labels.csv",
    "/compare.csv",
    "/stats/all.csv",
    "/stats/train.csv",
    "/stats/confidence.csv",
    "/duplicates.csv",
)


@pytest.mark.parametrize("address", [*TABLES, "/stats/authors.csv", "/compare/disagreements.csv"])
def test_tables_for_spreadsheets_begin_with_a_byte_order_mark(fetch: Fetch, address: str) -> None:
    plain, safe = fetch(address), fetch(f"{address}?safe=1")
    assert safe.text == "\ufeff" + plain.text
    assert not plain.text.startswith("\ufeff")


@pytest.mark.parametrize("name", ["=1+1", "'tis", "''", "-a", "@x"])
def test_names_in_tables_and_exports_for_spreadsheets_are_marked(fetch: Fetch, name: str) -> None:
    Label.objects.filter(mid=DOG).update(name=name)
    for address in (
        "/labels.csv",
        "/compare.csv",
        "/stats/all.csv",
        f"/export/pairs.csv?label={DOG}",
        "/export/dict.csv",
    ):
        place = fetch(address).columns.index("DisplayName")
        joint = "&" if "?" in address else "?"
        plain = [row[place] for row in fetch(address).rows]
        safe = [row[place] for row in fetch(f"{address}{joint}safe=1").rows]
        assert name in plain
        assert safe == [f"'{name}" if text == name else text for text in plain]


def test_the_menu_offers_every_format_for_the_same_query(fetch: Fetch) -> None:
    page = fetch(f"/?label={DOG}&sort=-confidence").text
    for form in EXPORTS:
        assert f'href="{form.path}?label={DOG}&amp;sort=-confidence"' in page
        assert f'href="{form.path}?label={DOG}&amp;sort=-confidence&amp;safe=1"' in page
        assert form.title in page
