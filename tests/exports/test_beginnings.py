"""What goes wrong before the first piece of a file is answered with words; a switch meanwhile begins it anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from browse.domain.database_trouble import Trouble
from browse.exports import downloads
from browse.exports.matches import Matches
from browse.models import DatasetState
from browse.search import ChangingError
from tests.trouble import failure
from viewer.worker import PatientWorker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation")]
FILES = ["/export/images.csv", "/export/labels.csv", "/export/pairs.csv", "/credits.txt", "/credits.csv"]


@pytest.mark.parametrize("address", FILES)
def test_an_import_before_the_first_piece_begins_the_file_anew(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get(address)
    assert isinstance(whole, StreamingHttpResponse)
    expected, asked = whole.getvalue(), []

    def switched_once(self: Matches, keys: list[int], rows: Callable[[], Any]) -> tuple[Any, list[int]]:
        asked.append(keys)
        if len(asked) == 1:
            DatasetState.objects.update(curation_revision=1, revision=1)
            raise ChangingError
        return rows(), keys

    monkeypatch.setattr(Matches, "read", switched_once)
    answer = client.get(address)
    assert (answer.status_code, len(asked)) == (200, 2)
    assert answer["X-Dataset-Version"].endswith(".1")
    assert isinstance(answer, StreamingHttpResponse)
    content = answer.getvalue()
    assert content.count(b"\n") == expected.count(b"\n")


@pytest.mark.parametrize("address", FILES)
def test_a_database_that_fails_before_the_first_piece_is_told_on_a_page(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Matches, keys: list[int], rows: Callable[[], Any]) -> tuple[Any, list[int]]:
        raise failure(Trouble.AWAY)

    monkeypatch.setattr(Matches, "read", away)
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database cannot be reached" in answer.text
    assert not answer.has_header("Content-Disposition")


def test_the_first_piece_is_made_at_once_and_the_others_as_they_are_taken() -> None:
    made: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(3):
            made.append(number)
            yield "x" * downloads.CHARACTERS_AT_ONCE

    pieces = downloads.begun(downloads.in_chunks(lines()))
    assert made == [0]
    assert sum(map(len, pieces)) == 3 * downloads.CHARACTERS_AT_ONCE
    assert list(downloads.begun(downloads.in_chunks([]))) == []


@pytest.mark.parametrize("error", [ChangingError(), Trouble.AWAY, ZeroDivisionError("ours")], ids=repr)
def test_a_file_that_is_cut_off_is_one_line_in_the_log(
    error: Exception | Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    worker = object.__new__(PatientWorker)
    worker.log = logging.getLogger("a worker")
    worker.cut_off("/export/images.csv", failure(error) if isinstance(error, Trouble) else error)
    [record] = caplog.records
    assert "/export/images.csv was cut off" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert bool(record.exc_info) is isinstance(error, ZeroDivisionError)
