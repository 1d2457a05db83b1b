"""The administration's door: open to staff, and to those whose group may reach it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path

from browse.admin.dashboard import dashboard
from browse.admin.status import MAY_SEE, status_context
from browse.models.roles import REACH_ADMIN


def may_reach(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether somebody may reach the administration."""
    may = isinstance(user, PermissionsMixin) and user.has_perm(REACH_ADMIN)
    return user.is_active and (may or getattr(user, "is_staff", False))


class SignInForm(AdminAuthenticationForm):
    """Refuses those who may not reach the administration."""

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Raises ValidationError."""
        if not may_reach(user):
            raise ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


class ViewerAdminSite(AdminSite):
    """The one administration site of the project."""

    login_form = SignInForm

    index_template = "admin/dashboard.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: what waits for whom may see it, what was done last, and how old the figures are."""
        return super().index(request, (extra_context or {}) | dashboard(request.user))

    def get_urls(self) -> list[Any]:
        """As Django's, and the status page."""
        return [path("status", self.admin_view(self.status), name="status"), *super().get_urls()]

    def status(self, request: HttpRequest) -> TemplateResponse:
        """`/admin/status`, for administrators."""
        if not request.user.has_perm(MAY_SEE):
            raise PermissionDenied
        context = {**self.each_context(request), "title": "Status", **status_context()}
        return TemplateResponse(request, "admin/status.html", context)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the request's user may see any page of it; each page asks for its own permission besides."""
        return may_reach(request.user)
