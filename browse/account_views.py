"""Signing in and out, for everybody with an account. Failed attempts are counted by django-axes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from browse.answers import answer
from browse.posted import Posted, local_address


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in`: name and password, then on to `next`."""
    address = local_address(request.POST.get("next", "") or request.GET.get("next", "")) or "/"
    form = AuthenticationForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponse(status=303, headers={"Location": address})
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponse(status=303, headers={"Location": address})
    status = 400 if form.errors else 200
    context = {"form": form, "next": address}
    return answer(request, "curation/sign_in.html", context, layout="base.html", status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/sign-out`, then on to `next`."""
    logout(request)
    return HttpResponse(status=303, headers={"Location": Posted(request.POST).way_back("/")})


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """429, after too many failed attempts; named in the settings."""
    response = answer(request, "curation/locked_out.html", {}, layout="browse/notice.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


account_urls = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
]
