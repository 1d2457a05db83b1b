"""The administration's first page: what waits, what was done last, and of when the figures are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import QuerySet
from django.urls import reverse

from browse.models import DatasetState, Decision, Flag, Hiding, Import, Label, LabelNote, LicenceCheck, Verdict
from browse.waiting import Waiting, waiting

LATELY = 12
EACH = 6


@dataclass(frozen=True)
class Tile:
    """Something that waits: how much of it, and where it is dealt with. calm: nothing waits."""

    name: str
    number: str
    note: str
    href: str
    icon: str
    calm: bool


@dataclass(frozen=True)
class Deed:
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
        "import": Import.objects.order_by("-pk").first() if may("browse.view_import") else None,
    }


def _tiles(may: Callable[[str], bool]) -> list[Tile]:
    found = waiting()
    made = {
        "flag": _flags_tile(found),
        "licencecheck": _licences_tile(found),
        "picturestate": _pictures_tile(found),
        "collection": _jobs_tile(found),
        "hiding": _hidden_tile(found),
    }
    return [tile for model, tile in made.items() if may(f"browse.view_{model}")]


def _flags_tile(found: Waiting) -> Tile:
    since = f"the oldest since {found.since:%-d %B %Y}" if found.since else "nothing to decide"
    return Tile("Pending flags", found.flags.text, since, _list("flag"), "warning", not found.flags.known)


def _licences_tile(found: Waiting) -> Tile:
    note = "another licence, gone or unclear; still shown" if found.licences.known else "all as listed, or hidden"
    return Tile(
        "Licences in doubt", found.licences.text, note, _list("licencecheck"), "search", not found.licences.known
    )


def _pictures_tile(found: Waiting) -> Tile:
    total = sum(count.known for _, count in found.pictures)
    more = "+" if any(count.text != f"{count.known:,}" for _, count in found.pictures) else ""
    note = ", ".join(f"{count.text} {status.value}" for status, count in found.pictures) or "none failed"
    return Tile("Failed pictures", f"{total:,}{more}", note, _list("picturestate"), "picture", not total)


def _jobs_tile(found: Waiting) -> Tile:
    note = "go on when their owners open them" if found.jobs.known else "none under way"
    return Tile("Unfinished bulk jobs", found.jobs.text, note, _list("collection"), "down", not found.jobs.known)


def _hidden_tile(found: Waiting) -> Tile:
    note = "taken down; shown again from here" if found.hidden.known else "none taken down"
    return Tile("Hidden images", found.hidden.text, note, _list("hiding"), "warning", calm=True)


def _list(model: str) -> str:
    return reverse(f"admin:browse_{model}_changelist")


def _deeds(may: Callable[[str], bool]) -> list[Deed]:
    """The last things people did, of the kinds that the user may see; one query a kind."""
    deeds: list[Deed] = []
    for model, permission, says in _KINDS:
        if may(permission):
            rows: QuerySet[Any] = model.objects.order_by("-pk")[:EACH]
            deeds += [Deed(row.at, row.by, *says(row)) for row in rows]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:LATELY]


def _image(key: int) -> str:
    return reverse("admin:browse_image_change", args=[key])


def _name(mid: str) -> str:
    given = Label.objects.filter(mid=mid).values_list("name", flat=True).first()
    return given or mid


def _verdict(row: Any) -> tuple[str, str, str]:
    word = "verdict undone" if row.says == Verdict.Says.UNDO else row.says
    return f"{_name(row.mid)}: {word}", row.why, _image(row.image_key)


def _hiding(row: Any) -> tuple[str, str, str]:
    return f"Image {row.image_id} {'hidden' if row.hidden else 'shown again'}", row.why, _image(row.image_key)


def _decision(row: Any) -> tuple[str, str, str]:
    return f"Flag {row.flag_id} {row.outcome}", row.why, reverse("admin:browse_flag_change", args=[row.flag_id])


def _flag(row: Any) -> tuple[str, str, str]:
    href = reverse("admin:browse_flag_change", args=[row.pk])
    return f"Flagged: {row.get_reason_display().lower()}", row.why, href


def _check(row: Any) -> tuple[str, str, str]:
    return f"Licence checked: {row.get_result_display().lower()}", row.why, _image(row.image_key)


def _note(row: Any) -> tuple[str, str, str]:
    return f"Note on {_name(row.mid)}", row.why, reverse("admin:browse_labelnote_changelist")


_KINDS: tuple[tuple[Any, str, Callable[[Any], tuple[str, str, str]]], ...] = (
    (Verdict, "browse.view_verdict", _verdict),
    (Hiding, "browse.view_hiding", _hiding),
    (Decision, "browse.view_decision", _decision),
    (Flag, "browse.view_flag", _flag),
    (LicenceCheck, "browse.view_licencecheck", _check),
    (LabelNote, "browse.view_labelnote", _note),
)
