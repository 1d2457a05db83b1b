"""Lists of the administration: bounded, whatever an address asks for. Nothing is counted, sorted or searched whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from browse.requests.parameters import BadQueryError
from browse.requests.posted import Posted

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _Paginator = Paginator[Any]
else:
    _ModelAdmin, _Paginator = admin.ModelAdmin, Paginator

MOST_COUNTED = 10_000


class BoundedPaginator(_Paginator):
    """Counts no further than a person would leaf: never all of nine million rows."""

    @cached_property
    def count(self) -> int:
        """How many there are, or MOST_COUNTED if there are more."""
        rows = cast(QuerySet[Any], self.object_list)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class FixedOrder(ChangeList):
    """Orders by the columns that may be sorted by, and by no others."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """The list's own order, where none of its columns may be sorted by."""
        if not self.sortable_by:
            self.params.pop(ORDER_VAR, None)
        return super().get_ordering(request, queryset)

    def get_ordering_field(self, field_name: Any) -> Any:
        """None for a column that may not be sorted by."""
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None


class BoundedList(_ModelAdmin):
    """A list in an order that has an index, filtered by its own filters only, and never counted to its end."""

    sortable_by: ClassVar[Any] = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list as FixedOrder has it."""
        return FixedOrder

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list's filters ask; else an address could search any column."""
        own = {getattr(one, "parameter_name", f"{one}__exact") for one in self.list_filter}
        return lookup.replace("__id__", "__") in own and "\0" not in str(value)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; what cannot be asked of it, or done to it, is said on the list as it is."""
        try:
            Posted(request.POST).keys(ACTION_CHECKBOX_NAME)
            return super().changelist_view(request, extra_context)
        except BadQueryError as error:
            messages.error(request, f"Nothing was changed: {error}.")
        except DisallowedModelAdminLookup as error:
            messages.error(request, f"{error}: this list has no such filter.")
        return redirect(request.path)


class ReadOnly:
    """For models that nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
