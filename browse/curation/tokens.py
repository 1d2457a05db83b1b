"""Tokens for scripts: made for some purposes and a while, shown once, kept as hashes, revoked at any time."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from browse.curation.actions import CurationError, UnknownError
from browse.models import AccessToken

PREFIX = "oiv_"
"""How tokens begin, so that they are recognized where they were pasted by mistake."""
SCOPES = {
    "verdicts": "browse.add_verdict",
    "flags": "browse.add_flag",
    "license-checks": "browse.add_licensecheck",
    "collections": "browse.add_collection",
}
"""What a token may be for, and the permission that its account needs for it, when it is made and when it is used."""
DAYS = (7, 30, 90, 365)
"""For how long a token may be valid."""
MOST_TOKENS = 20
"""Valid ones of an account."""
MOST_IN_A_MINUTE = 60
"""Requests of an account, with all of its tokens."""
_MINUTE = dt.timedelta(minutes=1)


class TooManyRequestsError(CurationError):
    """More requests than an account may send in a minute; `retry_after_s` says when the next one is taken."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"at most {MOST_IN_A_MINUTE} requests a minute are allowed; a batch may have many rows")
        self.retry_after_s = retry_after_s


@transaction.atomic
def make_token(*, account: User, name: str, scopes: Iterable[str], days: int) -> tuple[AccessToken, str]:
    """A new token, and its text, which is never known again. Raises CurationError."""
    wanted = sorted(set(scopes))
    if not name.strip():
        raise CurationError("a token needs a name by which you recognize it")
    if not wanted or any(scope not in allowed_scopes(account) for scope in wanted):
        raise CurationError("choose what the token is for, of what your account may do")
    if days not in DAYS:
        raise CurationError(f"a token is valid for {', '.join(map(str, DAYS))} days")
    User.objects.select_for_update().get(pk=account.pk)
    now = timezone.now()
    if AccessToken.objects.filter(account=account, revoked=None, expires__gt=now).count() >= MOST_TOKENS:
        raise CurationError(f"an account has at most {MOST_TOKENS} valid tokens; revoke one first")
    text = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        account=account,
        name=name.strip(),
        digest=_digest(text),
        hint=text[-4:],
        scopes=" ".join(wanted),
        made=now,
        expires=now + dt.timedelta(days=days),
    )
    return token, text


def revoke_token(*, account: User, uid: UUID) -> AccessToken:
    """End one's own token; one that has ended stays as it is. Raises CurationError."""
    found = AccessToken.objects.filter(account=account, uid=uid).first()
    if found is None:
        raise UnknownError("there is no such token of yours")
    AccessToken.objects.filter(pk=found.pk, revoked=None).update(revoked=timezone.now())
    found.refresh_from_db()
    return found


def tokens_of(account: User) -> list[AccessToken]:
    """An account's tokens, those that ended too; the newest first. One query."""
    return list(AccessToken.objects.filter(account=account).order_by("-made", "-pk"))


def allowed_scopes(account: User) -> list[str]:
    """What an account's tokens may be for."""
    return [scope for scope, permission in SCOPES.items() if account.has_perm(permission)]


def find_token(text: str) -> AccessToken | None:
    """The valid token of this text, of an active account. One query."""
    found = AccessToken.objects.select_related("account").filter(digest=_digest(text)).first()
    return found if found is not None and found.is_valid and found.account.is_active else None


@transaction.atomic
def use_token(token: AccessToken) -> None:
    """Note that it is used now. Raises TooManyRequestsError once its account has sent too many in this minute."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    rows = AccessToken.objects.filter(pk=token.pk)
    if not rows.filter(minute=minute).update(used=F("used") + 1, last_used=now):
        rows.update(minute=minute, used=1, last_used=now)
    used = AccessToken.objects.filter(account=token.account, minute=minute).aggregate(used=Sum("used"))["used"]
    if used > MOST_IN_A_MINUTE:
        raise TooManyRequestsError(max(1, round((minute + _MINUTE - now).total_seconds())))


def _digest(text: str) -> str:
    """Fit for a text of 256 random bits: nobody finds one by trying."""
    return hashlib.sha256(text.encode()).hexdigest()
