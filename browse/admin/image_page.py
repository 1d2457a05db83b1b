"""What the administration's page of one image shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.urls import reverse

from browse.admin.common import first, label_names
from browse.admin.subjects import Subject
from browse.domain.history import WITHHELD, CheckResult, Kind
from browse.models import CollectionItem, Decision, Entry, Flag, Hiding, LicenseCheck, PictureState, Verdict
from browse.models.curation import ImageEntry, effective
from browse.presentation.parts.curated import license_check_note
from browse.presentation.parts.history import event
from browse.presentation.parts.values import STATE_WORDS
from browse.query.spelling import format_confidence
from browse.search import ImageCard, Pair
from browse.search.verdict_history import entry_of

MOST_EVENTS = 200
MOST_CHECKS = 20
ICONS: Mapping[tuple[Kind, str], str] = {
    **{(Kind.LICENSE_CHECK, result.value): "search" for result in CheckResult},
    **{(Kind.FLAG, reason): "warning" for reason in Flag.Reason.values},
    **{(Kind.DECISION, outcome): "check" for outcome in Decision.Outcome.values},
    (Kind.HIDING, "hidden"): "warning",
    (Kind.HIDING, "shown"): "check",
    (Kind.VERDICT, "yes"): "confirmed",
    (Kind.VERDICT, "no"): "rejected",
    (Kind.VERDICT, "unsure"): "unverified",
    (Kind.VERDICT, "undo"): "left",
}
"""The icon of a row of history, of static/icons.svg, by its kind and what it says."""


@dataclass(frozen=True)
class LabelRow:
    """A label of the image. newest: the verdict that counts, to be undone; mine: whether the viewer may undo it."""

    mid: str
    name: str
    machine: str
    people: str
    state: str
    state_word: str
    newest: Verdict | None
    may_undo: bool


@dataclass(frozen=True)
class Event:
    """A row of the image's history; what: in words."""

    at: dt.datetime
    by: str
    what: str
    why: str
    icon: str
    href: str = ""
    undone: bool = False


def image_context(subject: Subject, *, viewer: AbstractBaseUser | AnonymousUser) -> dict[str, Any]:
    """What the template takes. Some ten queries, however many labels."""
    may = viewer.has_perm if isinstance(viewer, PermissionsMixin) else lambda permission: False
    verdicts = list(Verdict.objects.filter(image_key=subject.key).in_order())
    standing = standing_verdicts(verdicts)
    checks = _newest(LicenseCheck, subject.key)
    hidings = _newest(Hiding, subject.key)
    card = subject.card
    return {
        "subject": subject,
        "card": card,
        "rows": _rows(card, standing, viewer.get_username(), others=may("browse.add_decision")) if card else [],
        "events": history(subject.key, verdicts, checks, hidings),
        "checks": checks[:MOST_CHECKS],
        "hiding": first(hidings),
        "picture": PictureState.objects.filter(pk=subject.key).first(),
        "license_note": license_check_note(card, entry_of(checks[0]) if checks else None) if card else "",
        "results": LicenseCheck.Result.choices,
        "collections": CollectionItem.objects.filter(image_key=subject.key).newest().filter(added=True).count(),
        "on_site": reverse("browse:image", args=[subject.image_id]),
        "may_judge": may("browse.add_verdict"),
        "may_hide": may("browse.add_hiding"),
        "may_check": may("browse.add_licensecheck"),
        "may_see_picture": may("browse.view_picturestate"),
    }


def standing_verdicts(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """By MID the newest verdict that is not undone, of all on one image in order."""
    return {verdict.mid: verdict for verdict in effective(verdicts)}


def _rows(card: ImageCard, standing: dict[str, Verdict], viewer: str, *, others: bool) -> list[LabelRow]:
    rows = [_row(pair, standing.get(pair.mid), viewer, others=others) for pair in card.pairs]
    rows += [LabelRow(mid, name, "", "", "", WITHHELD.capitalize(), None, False) for mid, name in card.withheld]
    shown = {row.mid for row in rows}
    names = label_names()
    unsure = [(mid, verdict) for mid, verdict in standing.items() if mid not in shown]
    return rows + [
        LabelRow(mid, names.get(mid, mid), "", "", "", "Not labeled", verdict, others or verdict.by == viewer)
        for mid, verdict in unsure
    ]


def _row(pair: Pair, newest: Verdict | None, viewer: str, *, others: bool) -> LabelRow:
    people = [
        f"{source}: {'yes' if value >= 50 else 'no'}" for source, value in pair.annotations if source != "machine"
    ]
    return LabelRow(
        mid=pair.mid,
        name=pair.name,
        machine="" if pair.machine is None else format_confidence(pair.machine),
        people=", ".join(people),
        state=pair.state,
        state_word=STATE_WORDS[pair.state],
        newest=newest,
        may_undo=newest is not None and (others or newest.by == viewer),
    )


def _newest(model: type[ImageEntry], key: int) -> list[Any]:
    """The last rows about an image, the newest first: as many as its history shows."""
    return list(model.objects.filter(image_key=key).order_by("-at", "-pk")[:MOST_EVENTS])


def history(key: int, verdicts: list[Verdict], checks: list[LicenseCheck], hidings: list[Hiding]) -> list[Event]:
    """What people did to an image, the last first, at most MOST_EVENTS. Verdicts in order, the others newest first."""
    decisions = Decision.objects.filter(flag__image_key=key).order_by("-at", "-pk")[:MOST_EVENTS]
    undone = {verdict.undoes_id for verdict in verdicts}
    names = label_names()
    told = [_event(verdict, names, undone=verdict.pk in undone) for verdict in verdicts[-MOST_EVENTS:]]
    told += [_event(row, names) for row in (*checks, *hidings, *_newest(Flag, key), *decisions)]
    return sorted(told, key=lambda event: event.at, reverse=True)[:MOST_EVENTS]


def _event(row: Entry, names: Mapping[str, str], *, undone: bool = False) -> Event:
    entry = entry_of(row)
    told = event(entry, lambda mid: names.get(mid, mid))
    href = reverse("admin:browse_flag_change", args=[entry.subject]) if entry.subject else ""
    icon = "unverified" if entry.is_withheld else ICONS[entry.kind, entry.said]
    return Event(told.at, told.by, told.text, told.why, icon, href, undone)
