"""What people did as CSV files, one for each kind of row: written out, and taken in again without a loss.

A row is known by its `uid`, everywhere and for good: taking in what is there already changes nothing. Rows refer to
each other by uid, to images by ImageID, to labels by MID, to people by user name.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from browse.curation.actions import raise_revision
from browse.domain.csv_text import csv_lines
from browse.domain.disk_space import disk_full, is_full
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.plural import counted
from browse.models import HISTORY, Entry, Flag, Hiding, Verdict
from browse.models.curation import is_hidden
from browse.thumbnails.current import current_service

FILES: dict[str, type[Entry]] = {f"{model._meta.verbose_name_plural}.csv".replace(" ", "_"): model for model in HISTORY}
"""Kinds of rows by the names of their files, those first that others refer to."""
EARLIER: dict[tuple[type[Entry], str, str], str] = {(Flag, "reason", "licence"): Flag.Reason.LICENSE.value}
"""How earlier releases wrote a value: (model, column, value) to the value now."""
FAULTS_TOLD = 20
_AT_ONCE = 500
_KEY_FIELDS = {"image_key": "image_id", "cover_key": "cover_id"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; `field` is empty where it is the line as a whole."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" + (f", {self.field}" if self.field else "")
        return f"{where}: {self.message}"


class CurationFilesError(ValueError):
    """Files that cannot be taken in; nothing of them was."""

    def __init__(self, faults: list[Fault]) -> None:
        more = len(faults) - FAULTS_TOLD
        lines = [str(fault) for fault in faults[:FAULTS_TOLD]] + (
            [f"and {counted(more, 'more error')}"] if more > 0 else []
        )
        super().__init__("\n".join(lines))
        self.faults = faults


class DiskFullError(OSError):
    """There is no room for a file; the text says how much it needs, and what is free."""


@dataclass(frozen=True)
class Taken:
    """Rows of one file: written now, and there before."""

    file: str
    added: int
    known: int


@dataclass(frozen=True)
class _Column:
    """A field of a model as a column of its file."""

    name: str
    field: Any

    def to_text(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return str(int(value))
            case dt.datetime():
                return value.astimezone(dt.UTC).isoformat()
            case int():
                return image_id_from_key(value)
            case _:
                return str(value)

    def to_value(self, text: str) -> Any:
        """Raises ValueError, whose text says what is wrong."""
        if isinstance(self.field, models.TextField | models.CharField):
            return self._checked(text)
        if text == "":
            if self.field.null:
                return None
            raise ValueError("is empty")
        return self._parser()(text)

    @property
    def lookup(self) -> str:
        return f"{self.field.name}__uid" if self.field.is_relation else str(self.field.name)

    def _parser(self) -> Callable[[str], Any]:
        match self.field:
            case models.UUIDField() | models.ForeignKey():
                return _uuid
            case models.BooleanField():
                return _boolean
            case models.DateTimeField():
                return _moment
            case _:
                return key_from_image_id

    def _checked(self, text: str) -> str:
        try:
            self.field.clean(text, None)
        except ValidationError as error:
            raise ValueError("; ".join(error.messages)) from error
        if "\0" in text:
            raise ValueError("contains a NUL character")
        return text


def write_files(folder: Path) -> dict[str, int]:
    """Write all histories into a folder, which is made where it is missing; how many rows each file has.

    Those that refer to others are read first: what they refer to was there before them. Raises OSError; DiskFullError
    where there is no room.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = {name: _write(folder / name, model) for name, model in reversed(FILES.items())}
    return {name: counts[name] for name in FILES}


def _write(path: Path, model: type[Entry]) -> int:
    columns = _columns(model)
    rows = model.objects.order_by("pk").values_list(*(column.lookup for column in columns))
    written = length = 0
    beside = path.with_suffix(".csv.new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines([[column.name for column in columns]]))
            for row in rows.iterator():
                cells = [column.to_text(value) for column, value in zip(columns, row, strict=True)]
                length += file.write("".join(csv_lines([cells])))
                written += 1
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if not is_full(error):
            raise
        wanted = length * rows.count() // max(1, written)
        raise DiskFullError(disk_full(path, wanted, about=True)) from error
    return written


def take_in(path: Path) -> list[Taken]:
    """Take in a folder of such files, or one of them, whole or not at all.

    Files are known by their first line. Raises CurationFilesError for bad rows, which it names, and OSError.
    """
    paths = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    given, faults = [], []
    for one in paths:
        rows, wrong = _read(one)
        faults += wrong
        given.append(rows)
    if not paths:
        faults.append(Fault(str(path), 0, "", "is a folder without CSV files"))
    if faults:
        raise CurationFilesError(faults)
    order = list(FILES.values())
    with transaction.atomic():
        raise_revision()
        return [_store(rows) for rows in sorted(given, key=lambda rows: order.index(rows.model))]


@dataclass(frozen=True)
class _Rows:
    """The rows of one file: line number and values by column name."""

    file: str
    model: type[Entry]
    rows: list[tuple[int, dict[str, Any]]]


def _read(path: Path) -> tuple[_Rows, list[Fault]]:
    found = _Rows(path.name, HISTORY[0], [])
    faults: list[Fault] = []
    with path.open(encoding="utf-8-sig", newline="") as file:  # programs for spreadsheets put a mark before the header
        try:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            model = next((one for one in HISTORY if [column.name for column in _columns(one)] == header), None)
            if model is None:
                return found, [Fault(path.name, 1, "", "is not a header that these files have")]
            found = _Rows(path.name, model, [])
            line = reader.line_num + 1
            for cells in reader:
                _read_row(found, line, cells, faults)
                line = reader.line_num + 1
        except csv.Error as error:
            faults.append(Fault(path.name, reader.line_num + 1, "", f"cannot be read: {error}"))
        except UnicodeDecodeError:
            faults.append(Fault(path.name, _line_that_is_no_text(path), "", "is not valid UTF-8"))
    return found, faults


def _line_that_is_no_text(path: Path) -> int:
    """The first line with bytes that are no UTF-8; whoever reads text has read ahead of the line that it is at."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


def _read_row(found: _Rows, line: int, cells: list[str], faults: list[Fault]) -> None:
    columns = _columns(found.model)
    if len(cells) != len(columns):
        faults.append(Fault(found.file, line, "", f"has {counted(len(cells), 'field')} instead of {len(columns)}"))
        return
    values: dict[str, Any] = {}
    for column, given in zip(columns, cells, strict=True):
        text = EARLIER.get((found.model, column.name, given), given)
        try:
            values[column.name] = column.to_value(text)
        except ValueError as error:
            faults.append(Fault(found.file, line, column.name, f"{error}: {text[:80]!r}"))
    if found.model is Verdict and (values.get("says") == Verdict.Says.UNDO) != (values.get("undoes") is not None):
        faults.append(
            Fault(found.file, line, "undoes", "an undo must name the verdict that it undoes, and only an undo may")
        )
    found.rows.append((line, values))


def _store(given: _Rows) -> Taken:
    """Write the rows that are new. Raises CurationFilesError."""
    columns = _columns(given.model)
    uids = [values["uid"] for _, values in given.rows]
    known = dict(_known(given.model, columns, uids))
    faults = list(_disputes(given, known))
    new = {values["uid"]: (line, values) for line, values in given.rows if values["uid"] not in known}
    first = [row for row in new.values() if not _refers_to_own(given.model, row[1])]
    then = [row for row in new.values() if _refers_to_own(given.model, row[1])]
    for rows in (first, then):
        faults += _undos_of_others(given, rows)
        made = [_made(given, line, values, ids, faults) for ids in [_ids(given.model, rows)] for line, values in rows]
        if not faults:
            given.model.objects.bulk_create(made, batch_size=_AT_ONCE)
            transaction.on_commit(partial(_forget_hidden, made))
    if faults:
        raise CurationFilesError(faults)
    return Taken(given.file, len(new), len(given.rows) - len(new))


def _forget_hidden(rows: Iterable[Entry]) -> None:
    """Remove the pictures of images that were just taken down from the disk."""
    for row in rows:
        if isinstance(row, Hiding) and is_hidden(row.image_key):
            current_service().forget(row.image_id)


def _known(model: type[Entry], columns: list[_Column], uids: list[UUID]) -> Iterator[tuple[UUID, dict[str, Any]]]:
    names = [column.name for column in columns]
    for some in _chunks(uids):
        rows = model.objects.filter(uid__in=some).values_list(*(column.lookup for column in columns))
        for row in rows:
            values = dict(zip(names, row, strict=True))
            yield values["uid"], values


def _disputes(given: _Rows, known: dict[UUID, dict[str, Any]]) -> Iterator[Fault]:
    """Rows whose uid stands for something else, in the database or earlier in the file."""
    seen = dict(known)
    for line, values in given.rows:
        other = seen.setdefault(values["uid"], values)
        for name, value in values.items():
            if other[name] != value:
                yield Fault(
                    given.file, line, name, f"differs from the row with the same uid: {str(other[name])[:80]!r}"
                )


def _refers_to_own(model: type[Entry], values: dict[str, Any]) -> bool:
    return any(
        column.field.is_relation and column.field.related_model is model and values[column.name]
        for column in _columns(model)
    )


def _ids(model: type[Entry], rows: Iterable[tuple[int, dict[str, Any]]]) -> dict[tuple[str, UUID], int]:
    """Row ids of what rows refer to, by column and uid."""
    found: dict[tuple[str, UUID], int] = {}
    for column in _columns(model):
        if column.field.is_relation:
            wanted = sorted({values[column.name] for _, values in rows if values[column.name]})
            for some in _chunks(wanted):
                there = column.field.related_model.objects.filter(uid__in=some).values_list("uid", "pk")
                found.update({(column.name, uid): pk for uid, pk in there})
    return found


def _undos_of_others(given: _Rows, rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Fault]:
    """Undos of a verdict on another pair, or of an undo: each says yes, no or unsure of the image and label undone."""
    if given.model is not Verdict:
        return
    undos = [(line, values) for line, values in rows if values["undoes"]]
    for some in _chunks(undos):
        there = Verdict.objects.exclude(says=Verdict.Says.UNDO).in_bulk(
            [values["undoes"] for _, values in some], field_name="uid"
        )
        for line, values in some:
            undone = there.get(values["undoes"])
            if undone is None or (undone.image_key, undone.mid) != (values["image_id"], values["mid"]):
                yield Fault(
                    given.file, line, "undoes", f"is not a verdict on that image and label: '{values['undoes']}'"
                )


def _made(
    given: _Rows, line: int, values: dict[str, Any], ids: dict[tuple[str, UUID], int], faults: list[Fault]
) -> Entry:
    arguments: dict[str, Any] = {}
    for column in _columns(given.model):
        value = values[column.name]
        if column.field.is_relation and value is not None:
            if (column.name, value) not in ids:
                faults.append(Fault(given.file, line, column.name, f"there is no such row: '{value}'"))
            value = ids.get((column.name, value))
        arguments[column.field.attname] = value
    return given.model(**arguments)


def _columns(model: type[Entry]) -> list[_Column]:
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return [_Column(_KEY_FIELDS.get(field.name, field.name), field) for field in fields]


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("is not a UUID") from None


def _boolean(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("is neither 0 nor 1")
    return text == "1"


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a time such as 2026-01-31T12:00:00+00:00") from None
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    try:
        moment = moment.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("is a time before the year 1 or after 9999") from None
    if moment > timezone.now() + dt.timedelta(days=1):  # clocks differ, but whatever comes after it must be later still
        raise ValueError("is in the future")
    return moment
