"""Every write a person makes. Nothing is changed or removed: each of these adds a row, and returns it.

All are atomic. Those that change what people see raise the data set's revision in the same transaction, and do it
first: the row that holds it makes such writes wait for each other, so they are numbered in the order in which they
become visible, and readers can ask for what is new since a number.

Who may do what is for the caller to ask (`browse.models.roles`); what is one's own is looked at here. Images are given
as ImageIDs, labels as MIDs, people as user names. Nothing is said of a hidden image, but where `of_hidden` asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from browse.curation.notices import Notice, notify
from browse.domain.image_ids import IMAGE_ID, key_from_image_id
from browse.models import (
    Collection,
    CollectionDetails,
    CollectionItem,
    DatasetState,
    Decision,
    Entry,
    Flag,
    FlagLook,
    Hiding,
    Image,
    Label,
    LabelNote,
    LicenseCheck,
    PassedOver,
    SavedView,
    Verdict,
)
from browse.models.curation import effective, is_hidden
from browse.rights import check_fault
from browse.thumbnails.current import current_service

_TICK = dt.timedelta(microseconds=1)
LOOK_S = 300.0
"""How long a flag counts as looked at."""

MOST_PASSED_OVER = 100
"""How many images are passed over at a time: more than stand on a sheet."""

Row = TypeVar("Row", bound=Entry)


class CurationError(ValueError):
    """What was asked cannot be done; the text says why, and is fit for people."""


class UnknownError(CurationError):
    """An image, label or row that is not there."""


class NotYoursError(CurationError):
    """Somebody else's verdict, collection or view."""


class AlreadyDoneError(CurationError):
    """It has been undone before, or is so already."""


@transaction.atomic
def give_verdict(*, image_id: str, mid: str, says: str, by: str, why: str = "", of_hidden: bool = False) -> Verdict:
    """A curator's `yes`, `no` or `unsure` on a label of an image; `of_hidden` of one taken down too.

    Raises CurationError.
    """
    key = _known_image(image_id) if of_hidden else _shown_image(image_id)
    return _give(Verdict(image_key=key, mid=mid, says=says, by=by, why=why))


@transaction.atomic
def press_verdict(*, image_id: str, mid: str, says: str, by: str, why: str = "", of_hidden: bool = False) -> Verdict:
    """The same by a button: one that shows as pressed adds no row, and the verdict that it stands for is returned.

    That is where one's own word counts, says the same, and has no other reason. Raises CurationError.
    """
    key = _known_image(image_id) if of_hidden else _shown_image(image_id)
    left: list[Verdict] = effective(Verdict.objects.filter(image_key=key, mid=mid).in_order())
    if left and (left[-1].by, left[-1].says) == (by, says) and why in ("", left[-1].why):
        return left[-1]
    return _give(Verdict(image_key=key, mid=mid, says=says, by=by, why=why))


def _give(row: Verdict) -> Verdict:
    """Write a verdict on an image that is there. Raises CurationError."""
    if row.says not in (Verdict.Says.YES, Verdict.Says.NO, Verdict.Says.UNSURE):
        raise CurationError(f"a verdict is yes, no or unsure, not {row.says!r}")
    _must_have_label(row.mid)
    raise_revision()
    return _add(row, after=Verdict.objects.filter(image_key=row.image_key, mid=row.mid))


@transaction.atomic
def undo_verdict(*, verdict: int, by: str, why: str = "", of_others: bool = False) -> Verdict:
    """Take a verdict (its id) back; what was said before it counts again.

    One's own, or with `of_others` anybody's. Raises CurationError.
    """
    raise_revision()
    undone = _row(Verdict, verdict)
    if undone.says == Verdict.Says.UNDO:
        raise CurationError("an undo cannot be undone: give the verdict again")
    if undone.by != by and not of_others:
        raise NotYoursError(f"this verdict belongs to {undone.by}")
    if undone.undoings.exists():
        raise AlreadyDoneError("this verdict has already been undone")
    pair = {"image_key": undone.image_key, "mid": undone.mid}
    row = Verdict(**pair, says=Verdict.Says.UNDO, undoes=undone, by=by, why=why)
    return _add(row, after=Verdict.objects.filter(**pair))


@transaction.atomic
def pass_over(*, mid: str, review: str, image_ids: Sequence[str], by: str) -> None:
    """Remember which images somebody left out of a sheet of a review (its mark). Raises CurationError."""
    if len(image_ids) > MOST_PASSED_OVER:
        raise CurationError(f"a sheet has at most {MOST_PASSED_OVER} images")
    keys = [_key(image_id) for image_id in image_ids]
    rows = [PassedOver(review=review, mid=mid, by=by, image_key=key) for key in keys]
    PassedOver.objects.bulk_create(rows, ignore_conflicts=True)


def forget_passed_over(*, mid: str, review: str, by: str) -> None:
    """Have the images that somebody left out in a review (its mark) shown to them again."""
    PassedOver.objects.filter(review=review, mid=mid, by=by).delete()


@transaction.atomic
def hide_image(*, image_id: str, by: str, why: str) -> Hiding:
    """Take an image down, everywhere and at once; its pictures leave the disk. Raises CurationError."""
    row = _hide(image_id, hidden=True, by=by, why=why)
    transaction.on_commit(partial(current_service().forget, image_id))
    return row


@transaction.atomic
def unhide_image(*, image_id: str, by: str, why: str) -> Hiding:
    """Show an image again that was taken down. Raises CurationError."""
    return _hide(image_id, hidden=False, by=by, why=why)


def _hide(image_id: str, *, hidden: bool, by: str, why: str) -> Hiding:
    if not why.strip():
        raise CurationError(f"{'taking an image down' if hidden else 'showing an image again'} needs a reason")
    key = _key(image_id)
    raise_revision()
    earlier = Hiding.objects.filter(image_key=key)
    if not earlier.exists():
        _known_image(image_id)
    newest = earlier.newest().first()
    if hidden == bool(newest and newest.hidden):
        raise AlreadyDoneError(f"the image is already {'hidden' if hidden else 'shown'}")
    return _add(Hiding(image_key=key, hidden=hidden, by=by, why=why), after=earlier)


@transaction.atomic
def note_label(
    *, mid: str, by: str, display_name: str = "", note: str = "", sensitive: bool = False, why: str = ""
) -> LabelNote:
    """What is said of a label from now on: all of it, as in a form. No display name: the data set's.

    Raises CurationError.
    """
    _must_have_label(mid)
    raise_revision()
    row = LabelNote(mid=mid, display_name=display_name.strip(), note=note, sensitive=sensitive, by=by, why=why)
    return _add(row, after=LabelNote.objects.filter(mid=mid))


@transaction.atomic
def flag_image(*, image_id: str, reason: str, by: str = "", why: str = "", mid: str = "", contact: str = "") -> Flag:
    """Say that something is wrong with an image; no name for the public. Raises CurationError."""
    if reason not in Flag.Reason.values:
        raise CurationError(f"a reason is one of {', '.join(Flag.Reason.values)}, not {reason!r}")
    if mid:
        _must_have_label(mid)
    row = _add(Flag(image_key=_shown_image(image_id), reason=reason, mid=mid, contact=contact, by=by, why=why))
    notify(Notice("flag" if by else "report", row.pk, row.reason, row.image_id, row.at.isoformat()))
    return row


@transaction.atomic
def decide_flag(*, flag: int, outcome: str, by: str, why: str = "") -> Decision:
    """Say what becomes of a flag (its id): upheld, dismissed or reopened. Hiding the image is a step of its own.

    Raises CurationError.
    """
    if outcome not in Decision.Outcome.values:
        raise CurationError(f"a decision is one of {', '.join(Decision.Outcome.values)}, not {outcome!r}")
    decided = _row(Flag, flag)
    row = _add(Decision(flag=decided, outcome=outcome, by=by, why=why), after=decided.decisions.all())
    FlagLook.objects.filter(flag=decided).delete()
    notify(Notice("decision", flag, decided.reason, decided.image_id, row.at.isoformat(), outcome))
    return row


@transaction.atomic
def look_at_flag(*, flag: int, by: str, for_s: float = LOOK_S) -> FlagLook:
    """Say that somebody looks at a flag (its id); returns who does: another, where they came first and still look."""
    looked_at = _row(Flag, flag)
    now = timezone.now()
    FlagLook.objects.get_or_create(flag=looked_at, defaults={"by": by, "until": now})
    free = FlagLook.objects.filter(flag=looked_at).exclude(until__gt=now, by__lt=by).exclude(until__gt=now, by__gt=by)
    free.update(by=by, until=now + dt.timedelta(seconds=for_s))
    return FlagLook.objects.get(flag=looked_at)


@transaction.atomic
def check_license(
    *, image_id: str, result: str, by: str, observed: str = "", where: str = "", why: str = "", of_hidden: bool = False
) -> LicenseCheck:
    """Record which license an image has at its source; `of_hidden` of one taken down too.

    Raises CurationError, also where the result and the license seen do not go together.
    """
    if result not in LicenseCheck.Result.values:
        raise CurationError(f"a result is one of {', '.join(LicenseCheck.Result.values)}, not {result!r}")
    key = _known_image(image_id) if of_hidden else _shown_image(image_id)
    listed = Image.objects.values_list("license__url", flat=True).get(pk=key)
    if fault := check_fault(listed, result=result, observed=observed):
        raise CurationError(fault)
    raise_revision()
    row = LicenseCheck(image_key=key, observed=observed, where=where, result=result, by=by, why=why)
    return _add(row, after=LicenseCheck.objects.filter(image_key=key))


@transaction.atomic
def create_collection(*, name: str, by: str, description: str = "", is_public: bool = False) -> Collection:
    """A new, empty collection. Raises CurationError for one without a name."""
    _must_have_name(name)
    collection = _add(Collection(by=by))
    _add(CollectionDetails(collection=collection, name=name, description=description, is_public=is_public, by=by))
    return collection


@transaction.atomic
def change_collection(*, collection: int, by: str, **changes: Any) -> CollectionDetails:
    """Change some of name, description, is_public, is_removed and cover (an ImageID or None) of one's own collection.

    Raises CurationError.
    """
    owned = own_collection(collection, by)
    if "cover" in changes:
        cover = changes.pop("cover")
        changes["cover_key"] = None if cover is None else _shown_image(cover)
    known = ("name", "description", "is_public", "is_removed", "cover_key")
    if unknown := changes.keys() - set(known):
        raise CurationError(f"a collection has no {', '.join(sorted(unknown))}")
    newest = owned.details.newest().get()
    values = {name: getattr(newest, name) for name in known} | changes
    _must_have_name(values["name"])
    return _add(CollectionDetails(collection=owned, by=by, **values), after=owned.details.all())


@transaction.atomic
def add_to_collection(*, collection: int, image_id: str, by: str) -> CollectionItem:
    """Put an image into one's own collection. Raises CurationError, also where it is there already."""
    return _put(collection, _shown_image(image_id), added=True, by=by)


@transaction.atomic
def remove_from_collection(*, collection: int, image_id: str, by: str) -> CollectionItem:
    """Take an image out of one's own collection. Raises CurationError."""
    return _put(collection, _key(image_id), added=False, by=by)


def _put(collection: int, key: int, *, added: bool, by: str) -> CollectionItem:
    owned = own_collection(collection, by)
    earlier = CollectionItem.objects.filter(collection=owned, image_key=key)
    newest = earlier.newest().first()
    if added == bool(newest and newest.added):
        raise AlreadyDoneError(f"the image is {'already in' if added else 'not in'} the collection")
    return _add(CollectionItem(collection=owned, image_key=key, added=added, by=by), after=earlier)


@transaction.atomic
def save_view(*, name: str, query: str, by: str, note: str = "") -> SavedView:
    """Keep a query, in canonical form, under a name. Raises CurationError for one without a name."""
    _must_have_name(name)
    return _add(SavedView(name=name, query=query, note=note, by=by))


@transaction.atomic
def change_view(*, view: UUID, by: str, **changes: Any) -> SavedView:
    """Change some of name, query, note and is_removed of one's own saved view. Raises CurationError."""
    known = ("name", "query", "note", "is_removed")
    if unknown := changes.keys() - set(known):
        raise CurationError(f"a saved view has no {', '.join(sorted(unknown))}")
    earlier = SavedView.objects.filter(view=view)
    newest = earlier.newest().first()
    if newest is None:
        raise UnknownError("there is no such saved view")
    if newest.by != by:
        raise NotYoursError(f"this view belongs to {newest.by}")
    values = {name: getattr(newest, name) for name in known} | changes
    _must_have_name(values["name"])
    return _add(SavedView(view=view, by=by, **values), after=earlier)


def raise_revision() -> None:
    """Give the data set a new version, and have others who do so wait until this transaction is over."""
    if not DatasetState.objects.filter(pk=1).update(revision=F("revision") + 1):
        DatasetState.objects.create(pk=1, revision=1)


def own_collection(collection: int, by: str) -> Collection:
    """Somebody's own collection, which nobody else writes to until the transaction is over. Raises CurationError."""
    found: Collection | None = Collection.objects.select_for_update().filter(pk=collection).first()
    if found is None:
        raise UnknownError("there is no such collection")
    if found.by != by:
        raise NotYoursError(f"this collection belongs to {found.by}")
    return found


def _add(row: Row, *, after: Any = None) -> Row:
    """Write a row, later than the rows that it follows, whatever the clock says."""
    newest = None if after is None else after.order_by("-at").values_list("at", flat=True).first()
    if newest is not None:
        row.at = max(row.at, newest + _TICK)
    row.save(force_insert=True)
    return row


def _row(model: type[Row], pk: int) -> Row:
    found: Row | None = model.objects.filter(pk=pk).first()
    if found is None:
        raise UnknownError(f"there is no such {model._meta.verbose_name}")
    return found


def _key(image_id: str) -> int:
    if not IMAGE_ID.fullmatch(image_id):
        raise UnknownError(f"not an ImageID of 16 hex digits: {image_id[:40]!r}")
    return key_from_image_id(image_id)


def _known_image(image_id: str) -> int:
    key = _key(image_id)
    if not Image.objects.filter(pk=key).exists():
        raise UnknownError(f"the data set has no image {image_id}")
    return key


def _shown_image(image_id: str) -> int:
    """The key of an image that is not taken down: one that is cannot be told from one that never was."""
    key = _known_image(image_id)
    if is_hidden(key):
        raise UnknownError(f"the data set has no image {image_id}")
    return key


def _must_have_label(mid: str) -> None:
    if not Label.objects.filter(mid=mid).exists():
        raise UnknownError(f"the data set has no label {mid[:80]!r}")


def _must_have_name(name: str) -> None:
    if not any(character.isprintable() and not character.isspace() for character in name):
        raise CurationError("a name is required")
