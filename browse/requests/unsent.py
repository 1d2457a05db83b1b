"""What somebody sent in vain, since they were signed out or had signed in anew: kept to be sent again, not lost."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core import signing
from django.http import HttpRequest, QueryDict

from browse.requests.posted import local_address

SALT = "unsent"
KEPT_FOR_S = 24 * 3600
MOST_CHARACTERS = 50_000
FORM = "application/x-www-form-urlencoded"
NOT_KEPT = frozenset({"csrfmiddlewaretoken"})
NOT_SHOWN = frozenset({"next", "job", "sheet"})


@dataclass(frozen=True)
class Unsent:
    """A form as it was sent: where to, and each field with its value, in order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The fields that say something to a person."""
        return [(name, value) for name, value in self.fields if name not in NOT_SHOWN and value.strip()]

    @property
    def packed(self) -> str:
        """As a text for a hidden field, signed: nobody else can make one up."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def unsent(request: HttpRequest) -> Unsent | None:
    """What this request sent; None where it is no form of ours, or holds a file, a password or too much to keep.

    A browser names the page that a form comes from, so one of another site is never offered to be sent again.
    """
    if request.method != "POST" or request.content_type != FORM or not _is_of_ours(request):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT]
    has_password = any("password" in name for name, _ in fields)
    is_long = sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS
    return None if has_password or is_long else Unsent(request.get_full_path(), fields)


def unpacked(data: QueryDict) -> Unsent | None:
    """What a form of ours carries in its field `unsent`; None where there is nothing, or it is not as we signed it."""
    try:
        held = signing.loads(data.get("unsent", ""), salt=SALT, max_age=KEPT_FOR_S)
    except signing.BadSignature:
        return None
    path = local_address(held["path"])
    return Unsent(path, [(name, value) for name, value in held["fields"]]) if path else None


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form stands on, as the form says; else the browse page."""
    return local_address(request.POST.get("next", "")) or "/"


def _is_of_ours(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
