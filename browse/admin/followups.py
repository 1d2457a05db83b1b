"""What a flag that was upheld proposes: the verdict, the license check, the other image; each is one click."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from browse.admin.common import image_page
from browse.admin.subjects import Subject
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.models import Flag, LicenseCheck
from browse.query.values import DEFAULT_STATES
from browse.search import SearchError, consistently, same_files_of

MOST = 8
_IMAGE_ID = re.compile(r"\b[0-9a-f]{16}\b")


@dataclass(frozen=True)
class Step:
    """A button that sends a form, or where it has no fields a link. permission: whose it is."""

    text: str
    href: str
    permission: str
    fields: tuple[tuple[str, str], ...] = ()


def steps_after(flag: Any, subject: Subject, label: str) -> list[Step]:
    """The steps that a flag proposes; none for reasons that hiding or nothing follows from."""
    why = f"flag {flag.pk} upheld"
    match flag.reason:
        case Flag.Reason.WRONG_LABEL:
            return [_verdict(flag, mid, name, why) for mid, name in _labels(flag, subject, label)]
        case Flag.Reason.LICENSE:
            return [
                _check(flag, LicenseCheck.Result.GONE, why),
                _check(flag, LicenseCheck.Result.UNCLEAR, why),
                Step("Another license…", f"{subject.href}#check", "browse.add_licensecheck"),
            ]
        case Flag.Reason.DUPLICATE:
            others = [image_id_from_key(key) for key in _others(flag)]
            return [
                Step(f"Open image {one}", image_page(key_from_image_id(one)), "browse.view_image") for one in others
            ]
    return []


def _labels(flag: Any, subject: Subject, label: str) -> list[tuple[str, str]]:
    """The label that the flag names, or else all that the image counts for."""
    if flag.mid:
        return [(flag.mid, label)]
    pairs = subject.card.pairs if subject.card else ()
    return [(pair.mid, pair.name) for pair in pairs if pair.state in DEFAULT_STATES][:MOST]


def _verdict(flag: Any, mid: str, name: str, why: str) -> Step:
    fields = (("mid", mid), ("says", "no"), ("why", why))
    return Step(f"No on “{name}”", _form("verdict", flag), "browse.add_verdict", fields)


def _check(flag: Any, result: LicenseCheck.Result, why: str) -> Step:
    fields = (("result", result.value), ("why", why))
    return Step(f"Check: {result.label}", _form("check", flag), "browse.add_licensecheck", fields)


def _form(name: str, flag: Any) -> str:
    return reverse(f"admin:browse_image_{name}", args=[flag.image_key])


def _others(flag: Any) -> list[int]:
    """Images that the message names, then those with the same file; without an index the first alone."""
    named = [key_from_image_id(text) for text in _IMAGE_ID.findall(flag.why)]
    try:
        same = consistently(lambda snapshot: same_files_of(snapshot, flag.image_key))
    except SearchError:
        same = []
    return [key for key in dict.fromkeys([*named, *same]) if key != flag.image_key][:MOST]
