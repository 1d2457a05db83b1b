"""`/account/tokens`: the personal tokens of an account, with which scripts write as it."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from browse.curation.tokens import DAYS, allowed_scopes, make_token, revoke_token, tokens_of
from browse.models import AccessToken
from browse.presentation.pages.tokens import token_rows
from browse.requests.posted import Posted
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import render_page

MAKES = "browse.add_collection"
"""What every group may: an account without one has nothing that a token could be for."""


def tokens(request: HttpRequest) -> HttpResponse:
    """The list; POST makes another."""
    return make(request) if request.method == "POST" else listed(request)  # type: ignore[return-value]


@never_cache
@requires_permission(MAKES)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """One's own tokens, with their last use."""
    return _page(request)


@never_cache
@form_view(MAKES)
def make(request: HttpRequest) -> HttpResponse:
    """A new token: the only answer that ever has its text."""
    posted = Posted(request.POST)
    token, text = make_token(
        account=_account(request),
        name=posted.line("name", needed=True),
        scopes=posted.lines("scope"),
        days=posted.number("days"),
    )
    response = _page(request, made=token, text=text)
    response.headers["Cache-Control"] = "no-store"
    return response


@form_view(MAKES)
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/account/tokens/<uid>/revoke`: end it, at once."""
    revoke_token(account=_account(request), uid=uid)
    return redirect_or_json(request, reverse("browse:tokens"))


def _page(request: HttpRequest, *, made: AccessToken | None = None, text: str = "") -> HttpResponse:
    account = _account(request)
    context = {
        "tokens": token_rows(tokens_of(account)),
        "scopes": allowed_scopes(account),
        "days": DAYS,
        "made": made,
        "text": text,
    }
    return render_page(request, "curation/tokens.html", context, layout="base.html")


def _account(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


token_urls = [
    path("account/tokens", tokens, name="tokens"),
    path("account/tokens/<uuid:uid>/revoke", revoke, name="token-revoke"),
]
