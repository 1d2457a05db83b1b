"""The administration's first page: what waits, what was done last, and of when the figures are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.urls import reverse

from browse.admin.common import image_page
from browse.admin.status import MAY_SEE
from browse.curation.queue import PendingWork, waiting
from browse.domain.history import HistoryEntry
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Decision, Entry, Flag, Hiding, Import, Label, LabelNote, LicenseCheck, Verdict
from browse.presentation.parts.history import event
from browse.search.verdict_history import entry_of

LATELY = 12
EACH = 6


@dataclass(frozen=True)
class StatusCard:
    """Something that waits: how much of it, and where it is dealt with. calm: nothing waits."""

    name: str
    number: str
    note: str
    href: str
    icon: str
    calm: bool


@dataclass(frozen=True)
class Activity:
    """Something that somebody did."""

    at: dt.datetime
    by: str
    what: str
    why: str
    href: str


def dashboard(user: AbstractBaseUser | AnonymousUser) -> dict[str, Any]:
    """What the page takes, as far as this user may see it."""
    may = user.has_perm if isinstance(user, PermissionsMixin) else lambda permission: False
    state = DatasetState.objects.filter(pk=1).first()
    return {
        "tiles": _tiles(may),
        "deeds": _deeds(may),
        "state": state if state and state.generation and may("browse.view_datasetstate") else None,
        "may_see_status": may(MAY_SEE),
        "import": Import.objects.order_by("-pk").first() if may("browse.view_import") else None,
    }


def _tiles(may: Callable[[str], bool]) -> list[StatusCard]:
    found = waiting()
    made = {
        "flag": _flags_tile(found),
        "licensecheck": _licenses_tile(found),
        "picturestate": _pictures_tile(found),
        "collection": _jobs_tile(found),
        "hiding": _hidden_tile(found),
    }
    return [tile for model, tile in made.items() if may(f"browse.view_{model}")]


def _flags_tile(found: PendingWork) -> StatusCard:
    since = f"oldest from {found.since:%-d %B %Y}" if found.since else "nothing to decide"
    return StatusCard("Pending flags", found.flags.text, since, _list("flag"), "warning", not found.flags.known)


def _licenses_tile(found: PendingWork) -> StatusCard:
    note = "different license, gone or unclear; still shown" if found.licenses.known else "all as listed, or hidden"
    return StatusCard(
        "Licenses in doubt",
        found.licenses.text,
        note,
        f"{_list('licensecheck')}?rows=doubt",
        "search",
        not found.licenses.known,
    )


def _pictures_tile(found: PendingWork) -> StatusCard:
    total = sum(count.known for _, count in found.pictures)
    more = "+" if any(count.text != f"{count.known:,}" for _, count in found.pictures) else ""
    note = ", ".join(f"{count.text} {status.value}" for status, count in found.pictures) or "none failed"
    return StatusCard("Failed pictures", f"{total:,}{more}", note, _list("picturestate"), "picture", not total)


def _jobs_tile(found: PendingWork) -> StatusCard:
    note = "continue when their owners open them" if found.jobs.known else "none in progress"
    return StatusCard(
        "Unfinished bulk jobs",
        found.jobs.text,
        note,
        f"{_list('collection')}?jobs=unfinished",
        "down",
        not found.jobs.known,
    )


def _hidden_tile(found: PendingWork) -> StatusCard:
    note = "taken down; can be shown again here" if found.hidden.known else "none taken down"
    return StatusCard("Hidden images", found.hidden.text, note, _list("hiding"), "warning", calm=True)


def _list(model: str) -> str:
    return reverse(f"admin:browse_{model}_changelist")


def _deeds(may: Callable[[str], bool]) -> list[Activity]:
    """The last things people did, of the kinds that the user may see; one query a kind, and one for names."""
    rows: list[Any] = []
    for model in _HISTORIES:
        if may(f"browse.view_{model._meta.model_name}"):
            rows += model.objects.order_by("-pk")[:EACH]
    last = sorted(rows, key=lambda row: row.at, reverse=True)[:LATELY]
    names = dict(Label.objects.filter(mid__in={getattr(row, "mid", "") for row in last}).values_list("mid", "name"))
    return [_deed(entry_of(row), names) for row in last]


def _deed(entry: HistoryEntry, names: Mapping[str, str]) -> Activity:
    told = event(entry, lambda mid: names.get(mid) or mid, image=f"image {entry.image_id}")
    return Activity(told.at, told.by, told.text, told.why, _address(entry))


def _address(entry: HistoryEntry) -> str:
    """Where a row of history is dealt with: the flag, the image, or the list of notes."""
    if entry.subject:
        return reverse("admin:browse_flag_change", args=[entry.subject])
    return image_page(key_from_image_id(entry.image_id)) if entry.image_id else _list("labelnote")


_HISTORIES: tuple[type[Entry], ...] = (Verdict, Hiding, Decision, Flag, LicenseCheck, LabelNote)
