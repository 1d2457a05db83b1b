"""Curation as CSV: out and in again without a loss, and bad rows named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from browse import search
from browse.curation import actions, tasks
from browse.curation.files import FILES, CurationFilesError, take_in, write_files
from browse.curation.people import name_oneself
from browse.domain.plans import TaskWish
from browse.models import HISTORY, Collection, DatasetState, Flag, TrainingSet, Verdict
from browse.query.values import STATES, Query, Term
from tests.datasets import CAT, DOG, ONE, SIX, TWO
from tests.drawn import drawn
from tests.history import unguarded

pytestmark = pytest.mark.django_db

Everything = dict[str, list[dict[str, Any]]]
HOSTILE = 'line\r\nbreak, "quotes" \t=1+1 é 日本'


def do_everything() -> None:
    """A row of every kind, and undone, removed and hostile ones."""
    verdict = actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann", why=HOSTILE)
    actions.undo_verdict(verdict=verdict.pk, by="ann")
    actions.give_verdict(image_id=ONE, mid=CAT, says="unsure", by="bob")
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="bob")
    flag = actions.flag_image(image_id=ONE, reason="rights-holder", why=HOSTILE, contact="me@example.org")
    actions.flag_image(image_id=TWO, reason="wrong-label", mid=DOG, by="ann")
    actions.decide_flag(flag=flag.pk, outcome="upheld", by="rita", why="so it is")
    actions.hide_image(image_id=ONE, by="rita", why="asked")
    actions.check_license(image_id=TWO, result="other", by="ann", observed="All rights reserved", where="https://x")
    actions.note_label(mid=DOG, by="rita", display_name="hound", note=HOSTILE, sensitive=True)
    collection = actions.create_collection(name="dogs", by="ann", is_public=True)
    actions.add_to_collection(collection=collection.pk, image_id=TWO, by="ann")
    actions.change_collection(collection=collection.pk, by="ann", cover=TWO, description=HOSTILE)
    actions.remove_from_collection(collection=collection.pk, image_id=TWO, by="ann")
    view = actions.save_view(name="dogs", query=f"label={DOG}", by="ann")
    actions.change_view(view=view.view, by="ann", name="hounds")
    wish = TaskWish("dogs", DOG, Query(), STATES, (), per_level=9, seed=1, order="random")
    task = tasks.make_task(wish, by="rita")
    tasks.give_opinion(task=task, image_id=TWO, says="no", by="ann", why=HOSTILE)
    name_oneself(name='Ann, "the" dog', by="ann")
    tasks.close_task(task=task, closed=True, by="rita")
    TrainingSet.objects.create(by="ann", title=HOSTILE, recipe="{}", recipe_hash="0" * 64, formats="csv parquet")


def everything() -> Everything:
    """All rows of all histories but for their numbers; what rows refer to, by uid."""

    def row(model: Any) -> list[str]:
        return [f"{f.name}__uid" if f.is_relation else f.name for f in model._meta.concrete_fields if f.name != "id"]

    return {model.__name__: list(model.objects.order_by("at", "uid").values(*row(model))) for model in HISTORY}


def lose_everything() -> None:
    with unguarded():
        for model in reversed(HISTORY):
            model.objects.all()._raw_delete(connection.alias)


def test_every_kind_of_row_is_written(generation: str) -> None:
    do_everything()
    assert all(everything().values())


def test_out_and_in_again_is_the_same(generation: str, tmp_path: Path) -> None:
    do_everything()
    before, dogs = everything(), search.search_images(Query(label=(Term(DOG),))).count
    call_command("export_curation", str(tmp_path / "out"))
    lose_everything()
    taken = take_in(tmp_path / "out")
    assert everything() == before
    assert {one.file for one in taken} == set(FILES)
    assert search.search_images(Query(label=(Term(DOG),))).count == dogs
    assert search.find_image(ONE) is None


def test_files_of_the_first_release_are_taken_in(generation: str, tmp_path: Path) -> None:
    actions.flag_image(image_id=ONE, reason="license", by="ann")
    write_files(tmp_path)
    flags = tmp_path / "flags.csv"
    flags.write_text(flags.read_text().replace(",license,", ",licence,"))
    assert take_in(flags)[0].known == 1
    lose_everything()
    assert take_in(flags)[0].added == 1
    assert Flag.objects.get().reason == Flag.Reason.LICENSE


def test_a_second_time_changes_nothing(generation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    do_everything()
    before = everything()
    call_command("export_curation", str(tmp_path))
    call_command("import_curation", str(tmp_path))
    assert everything() == before
    assert "verdicts.csv: 0 added, 4 already present" in capsys.readouterr().out


def test_files_of_two_places_are_merged_and_the_later_verdict_counts(generation: str, tmp_path: Path) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="there")
    write_files(tmp_path)
    lose_everything()
    actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="here")
    search.find_image(ONE)
    take_in(tmp_path / "verdicts.csv")
    card = search.find_image(ONE)
    assert card is not None
    assert {pair.mid: pair.state for pair in card.pairs}[DOG] == "rejected"
    assert Verdict.objects.count() == 2


def changed(path: Path, column: str, value: str, *, line: int = 2) -> None:
    lines = path.read_text().split("\n")
    cells = lines[line - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    lines[line - 1] = ",".join(cells)
    path.write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("uid", "x", "is not a UUID"),
        ("image_id", "00zz", "not an ImageID"),
        ("says", "maybe", "maybe"),
        ("at", "yesterday", "is not a time"),
        ("at", "2026-01-31T12:00:00", "has no time zone"),
        ("at", "0001-01-01T00:00:00+14:00", "before the year 1"),
        ("at", "9999-12-31T23:59:59-12:00", "after 9999"),
        ("at", "9999-12-31T23:59:59.999999+00:00", "in the future"),
        ("mid", "", "blank"),
        ("says", "undo", "an undo must name the verdict"),
        ("undoes", "c5e8a8f0-0000-4000-8000-000000000000", "an undo must name the verdict"),
        ("by", "b" * 151, "150"),
        ("why", "nu\0l", "NUL"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_taken(
    generation: str, tmp_path: Path, column: str, value: str, message: str
) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    write_files(tmp_path)
    changed(tmp_path / "verdicts.csv", column, value)
    lose_everything()
    revision = DatasetState.objects.get().revision
    with pytest.raises(CommandError, match=r"verdicts\.csv, line 2, ") as raised:
        call_command("import_curation", str(tmp_path))
    assert message in str(raised.value)
    assert (Verdict.objects.count(), DatasetState.objects.get().revision) == (0, revision)


def spoil_header(folder: Path) -> None:
    (folder / "flags.csv").write_text("a,b\n1,2\n")


def lose_parents(folder: Path) -> None:
    (folder / "collections.csv").unlink()


def shorten(folder: Path) -> None:
    path = folder / "verdicts.csv"
    path.write_text(path.read_text().rstrip("\n").rpartition(",")[0] + "\n")


def not_text(folder: Path) -> None:
    (folder / "verdicts.csv").write_bytes(b"\xff\xfe\n")


def broken_far_below(folder: Path) -> None:
    path = folder / "verdicts.csv"
    header, row = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(header + row * 999 + row.replace(b"ann", b"\xff"))


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (spoil_header, "flags.csv, line 1: is not a header"),
        (lose_parents, "collection_details.csv, line 2, collection: there is no such row"),
        (shorten, "verdicts.csv, line 2: has 7 fields instead of 8"),
        (not_text, "verdicts.csv, line 1: is not valid UTF-8"),
        (broken_far_below, "verdicts.csv, line 1001: is not valid UTF-8"),
    ],
)
def test_bad_files_are_named(generation: str, tmp_path: Path, spoil: Callable[[Path], None], where: str) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    actions.create_collection(name="dogs", by="ann")
    write_files(tmp_path)
    lose_everything()
    spoil(tmp_path)
    with pytest.raises(CurationFilesError, match=where):
        take_in(tmp_path)
    assert not Verdict.objects.exists()
    assert not Collection.objects.exists()


@pytest.mark.parametrize("other", ["image", "label", "undo"])
def test_an_undo_is_of_a_verdict_on_the_same_image_and_label(generation: str, tmp_path: Path, other: str) -> None:
    given = actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    undone = actions.undo_verdict(verdict=given.pk, by="ann") if other == "undo" else given
    image_id, mid = (TWO if other == "image" else ONE), (CAT if other == "label" else DOG)
    write_files(tmp_path)
    header = (tmp_path / "verdicts.csv").read_text(encoding="utf-8").splitlines()[0]
    row = dict.fromkeys(header.split(","), "") | {
        "uid": str(uuid4()), "at": "2026-01-31T12:00:00+00:00", "by": "bob", "image_id": image_id, "mid": mid,
        "says": "undo", "undoes": str(undone.uid),
    }  # fmt: skip
    path = tmp_path / "more.csv"
    right = row | {"uid": str(uuid4()), "image_id": ONE, "mid": DOG}
    path.write_text("\n".join([header, ",".join(row.values()), ",".join(right.values()), ""]), encoding="utf-8")
    with pytest.raises(
        CurationFilesError, match=r"more\.csv, line 2, undoes: is not a verdict on that image and label"
    ):
        take_in(path)
    assert not Verdict.objects.filter(by="bob").exists()


def test_a_mark_before_the_header_is_passed_over(generation: str, tmp_path: Path) -> None:
    do_everything()
    write_files(tmp_path)
    path = tmp_path / "verdicts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [(taken.added, taken.known) for taken in take_in(path)] == [(0, Verdict.objects.count())]


def test_a_uid_that_stands_for_another_row_is_refused(generation: str, tmp_path: Path) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    write_files(tmp_path)
    changed(tmp_path / "verdicts.csv", "says", "no")
    with pytest.raises(
        CurationFilesError, match=r"verdicts\.csv, line 2, says: differs from the row with the same uid"
    ):
        take_in(tmp_path)


def test_curation_of_images_that_are_not_there_is_kept_for_when_they_are(generation: str, tmp_path: Path) -> None:
    actions.give_verdict(image_id=SIX, mid=DOG, says="yes", by="ann")
    write_files(tmp_path)
    changed(tmp_path / "verdicts.csv", "image_id", "00000000000000ff")
    lose_everything()
    take_in(tmp_path)
    assert search.search_images(Query(label=(Term(DOG),))).count == 4
    assert Verdict.objects.get().image_id == "00000000000000ff"


@drawn(quick=25, deep=300)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
@example(text="a\rb")
def test_any_text_comes_back(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    row = Collection.objects.create(by="ann", why=text)
    write_files(folder)
    lose_everything()
    take_in(folder)
    assert Collection.objects.get().why == row.why
    lose_everything()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no /dev/full.")
def test_a_full_disk_is_named_with_what_the_file_needs(tmp_path: Path, generation: str) -> None:
    do_everything()
    unfinished = tmp_path / "verdicts.csv.new"
    unfinished.symlink_to("/dev/full")
    with pytest.raises(CommandError, match=r"verdicts\.csv is full: about [1-9]\d* bytes wanted, [\d,]+ free"):
        call_command("export_curation", str(tmp_path))
    assert not unfinished.is_symlink()
    assert not (tmp_path / "verdicts.csv").exists()
