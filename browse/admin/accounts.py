"""Users and groups. Who is no superuser makes none, nor changes one, nor gives away what only superusers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from browse.admin.lists import BoundedList
from browse.models.roles import ROLES
from browse.views.accounts import password_link

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin

admin.site.unregister(User)
admin.site.unregister(Group)

MOST_ROWS = 1 << 31
KEPT_BACK = ("is_superuser", "is_staff", "user_permissions")
"""What only superusers give: the groups are enough for everybody else."""


def _rights(account: User) -> set[str]:
    """What the account may, or will once it is switched on."""
    active = User.objects.get(pk=account.pk)
    active.is_active = True
    return active.get_all_permissions()


@admin.register(User)
class AccountAdmin(BoundedList, _UserAdmin):
    """Django's, without what would let an administrator become more than that. Accounts are switched off, not deleted:
    history goes by their names.
    """

    list_display = ("username", "email", "shown_groups", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    sortable_by = list_display
    change_form_template = "admin/browse/account/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """The usual ones, and that of the link to set a new password."""
        link = self.admin_site.admin_view(require_POST(self.make_password_link))
        return [path("<int:pk>/password-link", link, name="auth_user_password_link"), *super().get_urls()]

    def make_password_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A page with a link, to be sent to the account's owner, who sets a new password there."""
        account = User.objects.filter(pk=pk).first() if pk < MOST_ROWS else None
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if not account.is_active:
            messages.error(request, "Nothing was changed: this account is deactivated.")
            return redirect("admin:auth_user_change", pk)
        self.log_change(request, account, "Created a link to set a new password.")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Link for {account.get_username()}",
            "opts": self.opts,
            "account": account,
            "link": password_link(request, account),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }
        return TemplateResponse(request, "admin/browse/account/password_link.html", context)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With groups, one query for a page."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="groups")
    def shown_groups(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the fields that are kept back."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [(name, {**given, "fields": self._left(given["fields"])}) for name, given in fieldsets]

    @staticmethod
    def _left(fields: Any) -> tuple[Any, ...]:
        return tuple(field for field in fields if field not in KEPT_BACK)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A name is what history goes by: nobody changes it."""
        return ("username", "last_login", "date_joined") if obj is not None else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Who is no superuser puts people into the project's own groups only: another could hold anything."""
        field = super().formfield_for_manytomany(db_field, request, **options)
        if db_field.name == "groups" and field is not None and not request.user.is_superuser:
            field.queryset = Group.objects.filter(name__in=list(ROLES))
        return field

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Groups that the form did not offer stay."""
        offered = form.fields["groups"].queryset if "groups" in form.fields else Group.objects.none()
        kept = list(form.instance.groups.exclude(pk__in=offered)) if change else []
        super().save_related(request, form, formsets, change)
        form.instance.groups.add(*kept)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes an account that may more than their own, its password included."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _rights(obj) <= request.user.get_all_permissions())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off."""
        return False


@admin.register(Group)
class RoleAdmin(BoundedList, GroupAdmin):
    """The groups as the project has them; superusers may change what else there is."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and (obj is None or obj.name not in ROLES)
