"""Endpoints for scripts with a token of an account: `Authorization: Bearer …`, and neither cookies nor forms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from browse.api.answers import Endpoint, failure, posting
from browse.curation.tokens import SCOPES, TooManyRequestsError, find_token, use_token
from browse.search import current_version

SCHEME = "Bearer"
Arguments = ParamSpec("Arguments")
Write = Callable[Concatenate[HttpRequest, str, Arguments], HttpResponse]
"""A view that is handed the user name of the token's account behind the request."""


def token_posting(scope: str) -> Callable[[Write[Arguments]], Endpoint[Arguments]]:
    """Takes POST alone, from scripts whose token is for this, as long as its account may do it.

    A session is not looked at, so there is nothing that a form of another site could use.
    """

    def decorated(answer: Write[Arguments]) -> Endpoint[Arguments]:
        @functools.wraps(answer)
        def allowed(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            scheme, _, text = request.headers.get("Authorization", "").partition(" ")
            token = find_token(text.strip()) if scheme.lower() == SCHEME.lower() else None
            if token is None:
                return _unauthorized(is_given=bool(scheme))
            try:
                use_token(token)
            except TooManyRequestsError as error:
                return _too_many(error)
            if scope not in token.scopes.split():
                return failure(403, f"this token is not for {scope}", version=current_version())
            if not token.account.has_perm(SCOPES[scope]):
                return failure(403, "this account may not do this", version=current_version())
            return answer(request, token.account.get_username(), *args, **kwargs)

        return posting(allowed)

    return decorated


def _unauthorized(*, is_given: bool) -> HttpResponse:
    wrong = (
        "this token is unknown, expired or revoked" if is_given else f"a token is required: Authorization: {SCHEME} …"
    )
    response = failure(401, wrong, version=current_version())
    response.headers["WWW-Authenticate"] = SCHEME
    return response


def _too_many(error: TooManyRequestsError) -> HttpResponse:
    response = failure(429, str(error), version=current_version())
    response.headers["Retry-After"] = str(error.retry_after_s)
    return response
