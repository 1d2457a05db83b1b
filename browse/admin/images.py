"""Images: found by ImageID, author key or Flickr photo id; labels, history, checks, picture, hiding on one page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from browse.admin.common import ReadOnly, back_to, image_page, require, tell, user_name
from browse.admin.image_page import image_context
from browse.admin.subjects import Subject, subjects_of
from browse.curation import check_licence, give_verdict, hide_image, undo_verdict, unhide_image
from browse.image_ids import IMAGE_ID, image_id_from_key, key_from_image_id
from browse.models import Image
from browse.query.values import Query
from browse.search import SearchError, current_engine

if TYPE_CHECKING:
    _ImageAdmin = admin.ModelAdmin[Image]
    _Paginator = Paginator[Image]
else:
    _ImageAdmin, _Paginator = admin.ModelAdmin, Paginator

MOST_FOUND = 1000
"""So many images of an author the list shows; the site's own browse page shows all of them."""
PHOTO_ID = re.compile(r"[0-9]{1,20}")
PHOTO_PAGE = re.compile(r"https?://(?:www\.)?flickr\.com/photos/[^/]+/(?P<photo>[0-9]{1,20})(?:[/?#].*)?")


class EnginePaginator(_Paginator):
    """Pages of all images by the facet index: any page at once, and nine million rows never counted."""

    @cached_property
    def _filtered(self) -> bool:
        return isinstance(self.object_list, QuerySet) and bool(self.object_list.query.where)

    @cached_property
    def count(self) -> int:
        """How many images there are; those that a search found are counted by their keys."""
        if self._filtered:
            return len(self.object_list)
        try:
            return current_engine().count(Query())
        except SearchError:
            return 0

    def page(self, number: int | str) -> Page[Image]:
        """One page in ImageID order."""
        if self._filtered or not isinstance(self.object_list, QuerySet):
            return super().page(number)
        valid = self.validate_number(number)
        keys = current_engine().page(Query(), number=valid, size=self.per_page).keys if self.count else []
        return Page(self.object_list.filter(pk__in=keys), valid, self)


def keys_named(term: str) -> list[int]:
    """The images that a text names: an ImageID, a Flickr photo id or a photo's page, an author's key.

    All by key or by the index; hidden images are found too. At most MOST_FOUND. Without an index only ImageIDs are.
    """
    lower = term.lower()
    if IMAGE_ID.fullmatch(lower) and Image.objects.filter(pk=key_from_image_id(lower)).exists():
        return [key_from_image_id(lower)]
    photo = PHOTO_PAGE.fullmatch(term)
    try:
        engine = current_engine().without_overlay()
        found: list[int] = []
        if photo or PHOTO_ID.fullmatch(term):
            found = engine.keys_of_photo(int(photo["photo"] if photo else term))
        if not found and engine.has_author(term):
            found = engine.page(Query(author=term), number=1, size=MOST_FOUND).keys
    except SearchError:
        return []
    return found


@admin.register(Image)
class ImageAdmin(ReadOnly, _ImageAdmin):
    """A list by ImageID, and a page for each image."""

    list_display = ("shown_id", "subset", "title", "shown_author", "license")
    list_select_related = ("author", "license")
    ordering = ("id",)
    sortable_by = ()
    search_fields = ("id",)
    search_help_text = "A whole ImageID (16 hex digits), a Flickr photo id or photo page, or a whole author key"
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    paginator = EnginePaginator
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """The usual ones, and those that a page's forms are sent to."""
        view = self.admin_site.admin_view
        writes = {
            "verdict": self.verdict,
            "undo": self.undo,
            "hide": self.hide,
            "show": self.show,
            "check": self.record_check,
        }
        return [
            *(
                path(f"<str:key>/{name}", view(require_POST(write)), name=f"browse_image_{name}")
                for name, write in writes.items()
            ),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        """The images that the text names; nothing is ever searched without an index."""
        term = search_term.strip()
        return (queryset.filter(pk__in=keys_named(term)) if term else queryset), False

    @admin.display(description="ImageID")
    def shown_id(self, image: Image) -> str:
        return image.image_id

    @admin.display(description="author")
    def shown_author(self, image: Image) -> str:
        return image.credited_name

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything known of one image; also of one that only history knows."""
        require(request, "browse.view_image")
        subject = _subject(object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Image {subject.image_id}",
            "opts": self.opts,
            **image_context(subject, viewer=request.user),
        }
        return TemplateResponse(request, "admin/browse/image/page.html", context)

    def verdict(self, request: HttpRequest, key: str) -> HttpResponse:
        """Yes, no or unsure on a label."""
        require(request, "browse.add_verdict")
        image_id, mid, says = _image_id(key), request.POST.get("mid", "").strip(), request.POST.get("says", "")

        def work() -> str:
            give_verdict(image_id=image_id, mid=mid, says=says, by=user_name(request), why=_why(request))
            return f"Verdict on {mid}: {says}."

        tell(request, work)
        return back_to(request, image_page(int(key)))

    def undo(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take a verdict back; others' for those who decide."""
        require(request, "browse.add_verdict")
        verdict, others = request.POST.get("verdict", ""), request.user.has_perm("browse.add_decision")

        def work() -> str:
            pk = int(verdict) if verdict.isdecimal() else 0
            row = undo_verdict(verdict=pk, by=user_name(request), why=_why(request), of_others=others)
            return f"The verdict on {row.mid} is undone."

        tell(request, work)
        return back_to(request, image_page(int(_checked(key))))

    def hide(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take the image down."""
        require(request, "browse.add_hiding")
        image_id = _image_id(key)

        def work() -> str:
            hide_image(image_id=image_id, by=user_name(request), why=_why(request))
            return f"Image {image_id} is hidden everywhere, from now on."

        tell(request, work)
        return back_to(request, image_page(int(key)))

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show it again."""
        require(request, "browse.add_hiding")
        image_id = _image_id(key)

        def work() -> str:
            unhide_image(image_id=image_id, by=user_name(request), why=_why(request))
            return f"Image {image_id} is shown again."

        tell(request, work)
        return back_to(request, image_page(int(key)))

    def record_check(self, request: HttpRequest, key: str) -> HttpResponse:
        """Record which licence the image has at its source."""
        require(request, "browse.add_licencecheck")
        image_id = _image_id(key)
        given = {name: request.POST.get(name, "").strip() for name in ("result", "observed", "where", "why")}

        def work() -> str:
            check_licence(image_id=image_id, by=user_name(request), **given)
            return "The licence check is recorded."

        tell(request, work)
        return back_to(request, image_page(int(key)))


def _why(request: HttpRequest) -> str:
    return request.POST.get("why", "").strip()


def _checked(key: str) -> str:
    """A key as it stands in an address. Raises Http404."""
    if not re.fullmatch(r"-?[0-9]{1,19}", key) or not -(1 << 63) <= int(key) < 1 << 63:
        raise Http404
    return key


def _image_id(key: str) -> str:
    return image_id_from_key(int(_checked(key)))


def _subject(key: str) -> Subject:
    number = int(_checked(key.replace("_2D", "-")))
    subject = subjects_of([number], size="l")[number]
    if subject.card is None and not subject.hidden:
        raise Http404
    return subject
