"""The views for people who bring SQL: what they show, that imports keep them, and the queries of the guide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.models import Hiding, Image, LabelNote, Verdict
from browse.openimages import kinds
from browse.openimages.loading import shadow_tables
from tests.datasets import (
    ANN,
    BEACH,
    BOB,
    BY,
    CAT,
    DOG,
    EXAMPLE,
    FIVE,
    FOUR,
    IDS,
    NAMES,
    ONE,
    SEA,
    SIX,
    THREE,
    TWO,
    load_example,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


@pytest.fixture(autouse=True)
def example(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    load_example(tmp_path)


def ask(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def annotations() -> list[tuple[Any, ...]]:
    return sorted(ask("SELECT image_id, label_name, source, confidence FROM oi_labels"))


AS_GIVEN = sorted((image, mid, source, number / 100) for (image, mid, source), number in EXAMPLE.annotations.items())


def switch(token: str) -> None:
    """Put copies of all tables in place, as an import does."""
    names = list(kinds.tables())
    shadow_tables.start("run", names)
    with connection.cursor() as cursor:
        for name in names:
            table = kinds.tables()[name]._meta
            columns = ", ".join(field.column for field in table.local_fields if field.column)
            shadow = shadow_tables.shadow_name(name)
            cursor.execute(f"INSERT INTO {shadow} ({columns}) SELECT {columns} FROM {table.db_table}")
            for statement in shadow_tables.completion(name, token):
                cursor.execute(statement)
    shadow_tables.put_in_place(names, lambda: None)
    shadow_tables.let_go("")


def test_they_show_what_the_files_say() -> None:
    assert annotations() == AS_GIVEN
    assert [row[0] for row in ask("SELECT image_id FROM oi_images ORDER BY image_id")] == sorted(IDS)
    (row,) = ask(f"SELECT * FROM oi_images WHERE image_id = '{ONE}'")
    image = Image.objects.get(pk=key_from_image_id(ONE))
    assert row == (
        *(ONE, "train", image.original_url, image.landing_url, BY, ANN, "Ann Other", 'Dog & "sea"'),
        *(image.original_size, image.original_md5, image.thumbnail_url, image.rotation),
    )
    assert dict(ask("SELECT label_name, label_display_name FROM oi_dict")) == NAMES


def test_they_have_the_columns_of_the_data_sets_own_tables() -> None:
    with connection.cursor() as cursor:
        for name, columns in re.findall(r"^\| `(oi_\w+)` \| (.*) \|$", GUIDE.read_text(), re.MULTILINE):
            cursor.execute(f"SELECT * FROM {name}")
            assert [column[0] for column in cursor.description] == re.findall("`([a-z_0-9]+)`", columns)


def test_what_curators_say_is_in_them() -> None:
    Hiding.objects.create(image_key=key_from_image_id(FIVE), hidden=True)
    Hiding.objects.create(image_key=key_from_image_id(SIX), hidden=True)
    Hiding.objects.create(image_key=key_from_image_id(SIX), hidden=False)
    for image, mid, says in ((ONE, DOG, "no"), (TWO, SEA, "yes"), (TWO, DOG, "unsure"), (FIVE, SEA, "yes")):
        Verdict.objects.create(image_key=key_from_image_id(image), mid=mid, says=says)
    undone = Verdict.objects.create(image_key=key_from_image_id(FOUR), mid=DOG, says="no")
    Verdict.objects.create(image_key=undone.image_key, mid=DOG, says="undo", undoes=undone)
    LabelNote.objects.create(mid=CAT, display_name="house cat")
    LabelNote.objects.create(mid=BEACH, display_name="strand")
    LabelNote.objects.create(mid=BEACH, display_name="")
    seen = [row for row in AS_GIVEN if row[0] != FIVE]
    assert annotations() == sorted([*seen, (ONE, DOG, "curator", 0.0), (TWO, SEA, "curator", 1.0)])
    assert {row[0] for row in ask("SELECT image_id FROM oi_images")} == {*IDS} - {FIVE}
    assert dict(ask("SELECT label_name, label_display_name FROM oi_dict")) == {**NAMES, CAT: "house cat"}


def test_an_import_keeps_them_and_they_show_the_new_tables() -> None:
    switch("first")
    assert annotations() == AS_GIVEN
    Image.objects.filter(pk=key_from_image_id(SIX)).delete()
    assert len(ask("SELECT image_id FROM oi_images")) == len(IDS) - 1
    switch("second")
    assert len(ask("SELECT image_id FROM oi_images")) == len(IDS) - 1


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM oi_images", "UPDATE oi_dict SET label_display_name = ''", "INSERT INTO oi_dict VALUES ('a', 'b')"],
)
def test_they_can_only_be_read(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def queries() -> list[str]:
    """The queries of the guide."""
    chapter = GUIDE.read_text().partition("\n## SQL\n")[2].partition("\n## ")[0]
    return [block for block in re.findall(r"(?:^    .*\n)+", chapter, re.MULTILINE) if "SELECT" in block]


ANSWERS: list[list[tuple[Any, ...]]] = [
    [(DOG, 6), (CAT, 3), (BEACH, 3), (SEA, 2)],
    [(FOUR, "")],
    [("train", 4), ("validation", 2)],
    [(BEACH, "beach")],
    [(ONE, 'Dog & "sea"', "Ann Other", BY, "")],
    [(CAT, 0.0, 2), (DOG, 0.5, 2), (BEACH, 1.0, 1)],
    [(ONE,), (THREE,), (FOUR,)],
    [("0.5", 2), ("0.7", 3), ("0.9", 3)],
    [(ANN, 3), (BOB, 2)],
    [(SIX,)],
]


@pytest.mark.parametrize("number", range(10))
def test_the_queries_of_the_guide(number: int) -> None:
    assert len(queries()) == len(ANSWERS)
    answer = ask(queries()[number])
    if number in {1, 4}:  # addresses of originals and landing pages
        answer = [(*row[:-1], "") for row in answer]
    assert answer == ANSWERS[number]
