"""Signing in and out, and one's own password, for everybody with an account. axes counts failed attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic.edit import FormMixin

from browse.presentation.parts.addresses import path_of
from browse.requests.posted import Posted, local_address
from browse.requests.unsent import unpacked
from browse.views.forms import send_again
from browse.views.responses import render_page

if TYPE_CHECKING:
    _FormMixin = FormMixin[Any]
else:
    _FormMixin = FormMixin
LONGEST_PASSWORD = 4096


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in`: name and password, then on to `next`."""
    address = local_address(request.POST.get("next", "") or request.GET.get("next", "")) or path_of("index")
    form = AuthenticationForm(request, data=request.POST if request.method == "POST" else None)
    held = unpacked(request.POST)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        if held is not None:
            return send_again(request, held, f"You are signed in as {request.user.get_username()}.", back=address)
        return HttpResponse(status=303, headers={"Location": address})
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponse(status=303, headers={"Location": address})
    status = 400 if form.errors else 200
    context = {
        "form": form,
        "next": address,
        "unsent": held.packed if held else "",
        "longest_password": LONGEST_PASSWORD,
    }
    return render_page(request, "curation/sign_in.html", context, layout="base.html", status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/sign-out`, then on to `next`."""
    logout(request)
    return HttpResponse(status=303, headers={"Location": Posted(request.POST).next_url(path_of("index"))})


class _InSite(_FormMixin):
    """Django's own page for a new password, in the site's frame."""

    request: HttpRequest
    success_url = reverse_lazy("browse:password-changed")
    heading = ""

    def get_form(self, form_class: Any = None) -> Any:
        """With the site's classes, and no passwords without end."""
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget.attrs |= {"class": "field", "maxlength": LONGEST_PASSWORD}
        return form

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """400 where the form was wrong, 404 where the link is."""
        form, heading = context.get("form"), self.heading
        status = 404 if form is None else 400 if form.errors else 200
        values = {"form": form, "heading": heading, "account": getattr(form, "user", None)}
        return render_page(self.request, "curation/password.html", values, layout="base.html", status=status)


class ChangePassword(_InSite, PasswordChangeView):
    """`/password`: a new password for whoever is signed in and knows the old one. Their other sessions end."""

    heading = "Change your password"


class SetPassword(_InSite, PasswordResetConfirmView):
    """`/password/set/…`: a new password for whoever has a link that an administrator made."""

    heading = "Set a new password"


def password_link(request: HttpRequest, account: User) -> str:
    """The address, with its host, at which a new password for this account can be set, once and for some days."""
    key = urlsafe_base64_encode(force_bytes(account.pk))
    address = reverse("browse:password-set", args=[key, default_token_generator.make_token(account)])
    return request.build_absolute_uri(address)


@never_cache
@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    """`/password/changed`: it is done."""
    return render_page(request, "curation/password_changed.html", {}, layout="base.html")


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """429, after too many failed attempts; named in the settings."""
    response = render_page(request, "curation/locked_out.html", {}, layout="browse/notice.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


account_urls = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("password", ChangePassword.as_view(), name="password"),
    path("password/changed", password_changed, name="password-changed"),
    path("password/set/<uidb64>/<token>", SetPassword.as_view(), name="password-set"),
]
