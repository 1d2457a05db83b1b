"""The flag queue: what people say is wrong with images, the longest waiting first, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from browse.admin.common import (
    HistoryAdmin,
    back_to,
    confirmed_action,
    label_names,
    require,
    row_number,
    run_and_report,
    user_name,
)
from browse.admin.followups import Step, steps_after
from browse.admin.subjects import Subject, subjects_of
from browse.curation.actions import AlreadyDoneError, decide_flag, hide_image, look_at_flag
from browse.curation.queue import pending_flags, with_outcome
from browse.domain.plural import counted
from browse.models import Decision, Flag, FlagLook
from browse.models.curation import is_hidden
from browse.requests.parameters import BadQueryError
from browse.requests.posted import Posted
from browse.search.blind import current_reader

PER_PAGE = 12
LATELY = 8
HIDE = "hide"
CHOICES = (Decision.Outcome.UPHELD, Decision.Outcome.DISMISSED)
PROPOSING = (Flag.Reason.WRONG_LABEL, Flag.Reason.LICENSE, Flag.Reason.DUPLICATE)
"""From these something follows once they are upheld: on to the flag's page, which proposes it."""
DONE = {HIDE: "upheld, and the image is hidden"}


@dataclass(frozen=True)
class Card:
    """A flag in the queue. looker: who else looks at it just now; others: pending flags on the same image besides."""

    flag: Any
    subject: Subject
    label: str
    looker: str
    decisions: list[Decision]
    others: int = 0

    @property
    def newest(self) -> Decision | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def is_pending(self) -> bool:
        """Whether somebody has to decide."""
        return self.newest is None or self.newest.outcome == Decision.Outcome.REOPENED


def cards_of(flags: list[Any], *, viewer: str, size: str = "m") -> list[Card]:
    """Flags with pictures, credit, locks and decisions. The number of queries does not depend on how many."""
    subjects = subjects_of((flag.image_key for flag in flags), size=size)
    keys = [flag.pk for flag in flags]
    looks = dict(FlagLook.objects.filter(flag__in=keys, until__gt=timezone.now()).values_list("flag_id", "by"))
    decisions: dict[int, list[Decision]] = {key: [] for key in keys}
    for decision in Decision.objects.filter(flag__in=keys).in_order():
        decisions[decision.flag_id].append(decision)
    names = label_names()
    pending = _pending_by_image({flag.image_key for flag in flags})
    return [
        Card(
            flag=flag,
            subject=subjects[flag.image_key],
            label=names.get(flag.mid, flag.mid),
            looker="" if looks.get(flag.pk) == viewer else looks.get(flag.pk, ""),
            decisions=decisions[flag.pk],
            others=len(pending.get(flag.image_key, set()) - {flag.pk}),
        )
        for flag in flags
    ]


def _pending_by_image(keys: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for pk, key in pending_flags().filter(image_key__in=keys).values_list("pk", "image_key"):
        found.setdefault(key, set()).add(pk)
    return found


def _siblings(flag: Any) -> QuerySet[Any]:
    """The other flags on the same image, the last first."""
    others = current_reader().seen_of(with_outcome().filter(image_key=flag.image_key).exclude(pk=flag.pk))
    return others.order_by("-at")[:LATELY]


def _steps(request: HttpRequest, card: Card) -> list[Step]:
    """What an upheld flag proposes to who may do it."""
    if card.newest is None or card.newest.outcome != Decision.Outcome.UPHELD:
        return []
    return [step for step in steps_after(card.flag, card.subject, card.label) if request.user.has_perm(step.permission)]


@transaction.atomic
def decide(*, flag: Any, outcome: str, by: str, why: str) -> Decision | None:
    """A decision; `hide` upholds the flag and takes the image down. Returns the one before it. Raises CurationError.

    Who decides on a flag waits for others who do: so of two who decide at once the second learns of the first.
    """
    Flag.objects.select_for_update().get(pk=flag.pk)
    before: Decision | None = Decision.objects.filter(flag=flag).newest().first()
    hides = outcome == HIDE
    decide_flag(flag=flag.pk, outcome=Decision.Outcome.UPHELD if hides else outcome, by=by, why=why)
    if hides and not is_hidden(flag.image_key):
        hide_image(image_id=flag.image_id, by=by, why=why or f"flag: {flag.get_reason_display()}")
    return before


@admin.register(Flag)
class FlagAdmin(HistoryAdmin):
    """The queue, and a page for each flag."""

    def get_urls(self) -> list[URLPattern]:
        """The usual ones, and those for looking and deciding."""
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/look", view(require_POST(self.look)), name="browse_flag_look"),
            path("<int:pk>/decide", view(require_POST(self.decide)), name="browse_flag_decide"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The queue; a POST is a decision on several."""
        require(request, "browse.view_flag")
        if request.method == "POST":
            return self._decide_several(request)
        pending = self._wanted(request)
        page = Paginator(pending.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("p"))
        flags = Flag.objects.in_bulk(list(page.object_list))
        viewer = user_name(request)
        lately = self._lately() if page.number == 1 and not request.GET.get("q") else []
        cards = cards_of([flags[key] for key in page.object_list] + lately, viewer=viewer)
        context = {
            **self.admin_site.each_context(request),
            "title": "Flags",
            "opts": self.opts,
            "page": page,
            "count": page.paginator.count,
            "cards": cards[: len(page.object_list)],
            "lately": cards[len(page.object_list) :],
            "may_decide": request.user.has_perm("browse.add_decision"),
            "may_hide": request.user.has_perm("browse.add_hiding"),
            "reasons": Flag.Reason.choices,
            "reason": request.GET.get("reason", ""),
            "field": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/browse/flag/queue.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One flag, with everything that was decided about it."""
        require(request, "browse.view_flag")
        flag = current_reader().seen_of(Flag.objects.filter(pk=row_number(object_id))).first()
        if flag is None:
            raise Http404
        [card] = cards_of([flag], viewer=user_name(request), size="l")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Flag {flag.pk}: {flag.get_reason_display()}",
            "opts": self.opts,
            "card": card,
            "steps": _steps(request, card),
            "siblings": _siblings(flag),
            "may_decide": request.user.has_perm("browse.add_decision"),
            "may_hide": request.user.has_perm("browse.add_hiding"),
        }
        return TemplateResponse(request, "admin/browse/flag/page.html", context)

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say that one looks at a flag: others see it. Scripts get who looks; forms lead to the flag's page."""
        require(request, "browse.add_decision")
        if not Flag.objects.filter(pk=pk).exists():
            raise Http404
        by = look_at_flag(flag=pk, by=user_name(request)).by
        if request.accepts("text/html"):
            return redirect("admin:browse_flag_change", pk)
        return JsonResponse({"by": by, "mine": by == user_name(request)})

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A decision; where somebody else decided since the form was made, both are kept and this says so."""
        outcome = request.POST.get("outcome", "")
        require(request, "browse.add_decision")
        if outcome == HIDE:
            require(request, "browse.add_hiding")
        flag = Flag.objects.filter(pk=pk).first()
        if flag is None:
            raise Http404
        posted = Posted(request.POST)

        def work() -> str:
            before = decide(flag=flag, outcome=outcome, by=user_name(request), why=posted.text("why"))
            if before is not None and str(before.pk) != request.POST.get("seen", ""):
                said = f"Meanwhile, {before.by} decided on flag {pk}: {before.outcome}. Both are kept; yours counts."
                messages.warning(request, said)
            return f"Flag {pk}: {DONE.get(outcome, outcome)}."

        was_done = run_and_report(request, work)
        if was_done and outcome == Decision.Outcome.UPHELD and flag.reason in PROPOSING:
            return redirect("admin:browse_flag_change", pk)
        return back_to(request, reverse("admin:browse_flag_changelist"))

    def _decide_several(self, request: HttpRequest) -> HttpResponse:
        outcome = request.POST.get("action", "")
        require(request, "browse.add_decision")
        here = redirect(request.get_full_path())
        try:
            chosen = Posted(request.POST).keys(ACTION_CHECKBOX_NAME)
        except BadQueryError as error:
            messages.error(request, f"Nothing was changed: {error}.")
            return here
        if outcome not in CHOICES or not chosen:
            messages.warning(request, "Nothing was changed: select flags and an action.")
            return here

        @transaction.atomic
        def one(flag: Any, why: str) -> None:
            before = decide(flag=flag, outcome=outcome, by=user_name(request), why=why)
            if before is not None and before.outcome in CHOICES:
                raise AlreadyDoneError(f"it is already {before.outcome}")

        verb = "Uphold" if outcome == Decision.Outcome.UPHELD else "Dismiss"
        rows = Flag.objects.filter(pk__in=chosen).order_by("at", "pk")
        asked = confirmed_action(
            self,
            request,
            rows,
            action=outcome,
            question=lambda number: f"{verb} {counted(number, 'flag')}?",
            button=verb,
            do=one,
        )
        return asked or here

    @staticmethod
    def _wanted(request: HttpRequest) -> QuerySet[Any]:
        reason = request.GET.get("reason", "")
        pending = current_reader().seen_of(pending_flags())
        return pending.filter(reason=reason) if reason in Flag.Reason.values else pending

    @staticmethod
    def _lately() -> list[Any]:
        """The flags decided last."""
        newest = Decision.objects.order_by("-pk").values_list("flag_id", "outcome")[: 4 * LATELY]
        known: dict[int, str] = {}
        for pk, outcome in newest:
            known.setdefault(pk, outcome)
        decided = [pk for pk, outcome in known.items() if outcome in CHOICES][:LATELY]
        flags = current_reader().seen_of(Flag.objects.all()).in_bulk(decided)
        return [flags[pk] for pk in decided if pk in flags]


@admin.register(Decision)
class DecisionAdmin(HistoryAdmin):
    """What became of flags."""

    list_display = ("at", "shown_flag", "outcome", "by", "why")
    list_select_related = ("flag",)
    search_fields = ()

    @admin.display(description="flag")
    def shown_flag(self, row: Decision) -> str:
        return f"{row.flag_id}: {row.flag.get_reason_display()}, {row.flag.image_id}"
