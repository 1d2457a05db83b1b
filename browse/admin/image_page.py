"""What the administration's page of one image shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.urls import reverse

from browse.admin.common import first, label_names
from browse.admin.subjects import Subject
from browse.models import CollectionItem, Decision, Flag, Hiding, LicenceCheck, PictureState, Verdict
from browse.models.curation import ImageEntry
from browse.presentation.curated import licence_note
from browse.presentation.values import STATE_WORDS
from browse.query.canonical import format_confidence
from browse.search import ImageCard, Pair

MOST_EVENTS = 200
MOST_CHECKS = 20


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
    """A row of the image's history; what: in words. icon: of static/icons.svg."""

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
    checks = _newest(LicenceCheck, subject.key)
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
        "license_note": licence_note(card, first(checks)) if card else "",
        "results": LicenceCheck.Result.choices,
        "collections": CollectionItem.objects.filter(image_key=subject.key).newest().filter(added=True).count(),
        "on_site": reverse("browse:image", args=[subject.image_id]),
        "may_judge": may("browse.add_verdict"),
        "may_hide": may("browse.add_hiding"),
        "may_check": may("browse.add_licencecheck"),
        "may_see_picture": may("browse.view_picturestate"),
    }


def standing_verdicts(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """By MID the newest verdict that is not undone, of all on one image in order."""
    listed = list(verdicts)
    undone = {verdict.undoes_id for verdict in listed}
    return {v.mid: v for v in listed if v.says != Verdict.Says.UNDO and v.pk not in undone}


def _rows(card: ImageCard, standing: dict[str, Verdict], viewer: str, *, others: bool) -> list[LabelRow]:
    rows = [_row(pair, standing.get(pair.mid), viewer, others=others) for pair in card.pairs]
    shown = {row.mid for row in rows}
    names = label_names()
    unsure = [(mid, verdict) for mid, verdict in standing.items() if mid not in shown]
    return rows + [
        LabelRow(mid, names.get(mid, mid), "", "", "", "Not labelled", verdict, others or verdict.by == viewer)
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


def history(key: int, verdicts: list[Verdict], checks: list[LicenceCheck], hidings: list[Hiding]) -> list[Event]:
    """What people did to an image, the last first, at most MOST_EVENTS. Verdicts in order, the others newest first."""
    flags = _newest(Flag, key)
    decisions = Decision.objects.filter(flag__image_key=key).order_by("-at", "-pk")[:MOST_EVENTS]
    events = [
        *_of_verdicts(verdicts),
        *(Event(c.at, c.by, f"Licence checked: {c.get_result_display().lower()}", c.why, "search") for c in checks),
        *(
            Event(h.at, h.by, "Hidden" if h.hidden else "Shown again", h.why, "warning" if h.hidden else "check")
            for h in hidings
        ),
        *(
            Event(f.at, f.by, f"Flagged: {f.get_reason_display().lower()}", f.why, "warning", _flag(f.pk))
            for f in flags
        ),
        *(Event(d.at, d.by, f"Flag {d.flag_id} {d.outcome}", d.why, "check", _flag(d.flag_id)) for d in decisions),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST_EVENTS]


def _of_verdicts(verdicts: list[Verdict]) -> list[Event]:
    undone = {verdict.undoes_id for verdict in verdicts}
    icons = {Verdict.Says.YES: "confirmed", Verdict.Says.NO: "rejected", Verdict.Says.UNSURE: "unverified"}
    names, made = label_names(), []
    for verdict in verdicts[-MOST_EVENTS:]:
        name = names.get(verdict.mid, verdict.mid)
        what = f"Undid a verdict on {name}" if verdict.says == Verdict.Says.UNDO else f"{name}: {verdict.says}"
        icon = icons.get(Verdict.Says(verdict.says), "left")
        made.append(Event(verdict.at, verdict.by, what, verdict.why, icon, undone=verdict.pk in undone))
    return made


def _flag(pk: int) -> str:
    return reverse("admin:browse_flag_change", args=[pk])
