"""Images: found by ImageID, author key or Flickr photo id; labels, history, checks, picture, hiding on one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import InvalidPage, Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from browse.admin.common import back_to, image_page, require, run_and_report, user_name
from browse.admin.history_page import history_page, image_title, of_image
from browse.admin.image_page import image_context
from browse.admin.lists import BoundedList, BoundedPaginator, ReadOnly
from browse.admin.subjects import Subject, subjects_of
from browse.curation.actions import check_license, hide_image, press_verdict, undo_verdict, unhide_image
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.image_names import flickr_photo, image_id_named
from browse.models import Image, LicenseCheck
from browse.query.values import Query
from browse.requests.posted import Posted
from browse.rights.authors import author_key
from browse.search import SearchError, Snapshot, consistently

MOST_FOUND = 1000
"""So many images of an author the list shows; the site's own browse page shows all of them."""


class EnginePaginator(BoundedPaginator):
    """Pages of all images by the facet index: any page at once, and nine million rows never counted.

    Without an index, and for what a search found, the tables alone: then no further than MOST_COUNTED.
    """

    @cached_property
    def _indexed(self) -> int | None:
        """How many images the index has; None where the tables are asked."""
        rows = self.object_list
        if not isinstance(rows, QuerySet) or rows.query.where:
            return None
        try:
            return consistently(lambda snapshot: snapshot.engine.images)
        except SearchError:
            return None

    @cached_property
    def count(self) -> int:
        """How many images there are."""
        return super().count if self._indexed is None else self._indexed

    def page(self, number: int | str) -> Page[Image]:
        """One page in ImageID order. Raises InvalidPage."""
        if self._indexed is None:
            return super().page(number)
        valid, size = self.validate_number(number), self.per_page
        try:
            keys = consistently(lambda s: s.engine.page(Query(), number=valid, size=size, deadline=s.deadline).keys)
        except SearchError as error:
            raise InvalidPage(str(error)) from error
        return Page(cast(QuerySet[Image], self.object_list).filter(pk__in=keys), valid, self)


def keys_named(term: str) -> list[int]:
    """The images that a text names: an ImageID, a file or address with one, a Flickr photo, an author's key or profile.

    All by key or by the index; hidden images are found too. At most MOST_FOUND. Without an index only ImageIDs are.
    """
    image_id = image_id_named(term)
    if image_id and Image.objects.filter(pk=key_from_image_id(image_id)).exists():
        return [key_from_image_id(image_id)]
    try:
        return consistently(lambda snapshot: _keys_indexed(snapshot, term))
    except SearchError:
        return []


def _keys_indexed(snapshot: Snapshot, term: str) -> list[int]:
    """The images of a photo, else of an author."""
    engine, photo = snapshot.engine.without_corrections(), flickr_photo(term)
    if photo is not None and (found := engine.keys_of_photo(photo)):
        return found
    author = next((key for key in (term, author_key(term)) if key and engine.has_author(key)), None)
    if author is None:
        return []
    query = Query(authors=frozenset({author}))
    return engine.page(query, number=1, size=MOST_FOUND, deadline=snapshot.deadline).keys


@admin.register(Image)
class ImageAdmin(ReadOnly, BoundedList):
    """A list by ImageID, and a page for each image."""

    list_display = ("shown_id", "subset", "title", "shown_author", "license")
    list_select_related = ("author", "license")
    ordering = ("id",)
    search_fields = ("id",)
    search_help_text = (
        "An ImageID, ID.jpg, the address of an image or of its picture here or at Flickr, a Flickr photo ID,"
        " an author key or the address of a profile."
        " Hidden images are found, too; all of them are listed under Hidden images."
    )
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

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """All that people did about an image, whether or not it is still in the data set."""
        key = int(_checked(object_id.replace("_2D", "-")))
        return history_page(request, self, image_title(key), of_image(key))

    def verdict(self, request: HttpRequest, key: str) -> HttpResponse:
        """Yes, no or unsure on a label."""

        def work(image_id: str, posted: Posted) -> str:
            mid, says = posted.line("mid", needed=True), posted.choice("says", ("yes", "no", "unsure"))
            by, why = user_name(request), posted.text("why")
            press_verdict(image_id=image_id, mid=mid, says=says, by=by, why=why, of_hidden=True)
            return f"Verdict on {mid}: {says}."

        return self._write(request, key, "browse.add_verdict", work)

    def undo(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take a verdict back; others' for those who decide."""

        def work(image_id: str, posted: Posted) -> str:
            others = request.user.has_perm("browse.add_decision")
            number, why = posted.number("verdict"), posted.text("why")
            row = undo_verdict(verdict=number, by=user_name(request), why=why, of_others=others)
            return f"Verdict on {row.mid} undone."

        return self._write(request, key, "browse.add_verdict", work)

    def hide(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take the image down."""

        def work(image_id: str, posted: Posted) -> str:
            hide_image(image_id=image_id, by=user_name(request), why=posted.text("why"))
            return f"Image {image_id} is now hidden everywhere."

        return self._write(request, key, "browse.add_hiding", work)

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show it again."""

        def work(image_id: str, posted: Posted) -> str:
            unhide_image(image_id=image_id, by=user_name(request), why=posted.text("why"))
            return f"Image {image_id} is shown again."

        return self._write(request, key, "browse.add_hiding", work)

    def record_check(self, request: HttpRequest, key: str) -> HttpResponse:
        """Record which license the image has at its source."""

        def work(image_id: str, posted: Posted) -> str:
            check_license(
                image_id=image_id,
                result=posted.choice("result", LicenseCheck.Result.values),
                by=user_name(request),
                observed=posted.line("observed"),
                where=posted.text("where"),
                why=posted.text("why"),
                of_hidden=True,
            )
            return "License check recorded."

        return self._write(request, key, "browse.add_licensecheck", work)

    @staticmethod
    def _write(request: HttpRequest, key: str, permission: str, work: Callable[[str, Posted], str]) -> HttpResponse:
        """A form of an image's page, by those who may; then back to the page, which says what came of it."""
        require(request, permission)
        image_id = image_id_from_key(int(_checked(key)))
        run_and_report(request, lambda: work(image_id, Posted(request.POST)))
        return back_to(request, image_page(int(key)))


def _checked(key: str) -> str:
    """A key as it stands in an address. Raises Http404."""
    if not re.fullmatch(r"-?[0-9]{1,19}", key) or not -(1 << 63) <= int(key) < 1 << 63:
        raise Http404
    return key


def _subject(key: str) -> Subject:
    number = int(_checked(key.replace("_2D", "-")))
    subject = subjects_of([number], size="l")[number]
    if subject.card is None and not subject.hidden:
        raise Http404
    return subject
