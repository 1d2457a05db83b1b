"""`/theme`: light, dark, or as the system has it; for who has no scripts, which set the cookie themselves."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from browse.presentation.parts.addresses import path_of
from browse.presentation.parts.themes import COOKIE, KEPT_S, SYSTEM, THEMES
from browse.requests.posted import Posted
from browse.views.forms import handles_form_errors


@csrf_exempt  # it changes a cookie of the reader's and nothing of ours; a token would be another cookie on every page
@require_POST
@handles_form_errors
def choose_theme(request: HttpRequest) -> HttpResponse:
    """`/theme`: keep the theme that was chosen, then on to `next`."""
    posted = Posted(request.POST)
    chosen = posted.choice("theme", THEMES)
    response = HttpResponse(status=303, headers={"Location": posted.next_url(path_of("index"))})
    if chosen == SYSTEM:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(COOKIE, chosen, max_age=KEPT_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


theme_urls = [path("theme", choose_theme, name="theme")]
