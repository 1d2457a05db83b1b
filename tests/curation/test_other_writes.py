"""Flags, license checks, collections, saved views: what is written, what is refused."""

from __future__ import annotations

import pytest
from django.test import Client

from browse.curation import actions
from browse.models import CollectionDetails, CollectionItem, Decision, Flag, FlagLook, LicenseCheck, SavedView
from tests.datasets import DOG, ONE, SIX, TWO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation")]


def test_the_newest_decision_on_a_flag_counts() -> None:
    flag = actions.flag_image(image_id=ONE, reason="privacy", why="that is me")
    for outcome in ("dismissed", "reopened", "upheld"):
        actions.decide_flag(flag=flag.pk, outcome=outcome, by="rita")
    assert Decision.objects.newest().get().outcome == "upheld"
    assert flag.decisions.count() == 3


def test_of_two_who_look_at_a_flag_the_first_is_told_until_they_leave_or_decide() -> None:
    flag = actions.flag_image(image_id=ONE, reason="privacy")
    assert actions.look_at_flag(flag=flag.pk, by="rita").by == "rita"
    assert actions.look_at_flag(flag=flag.pk, by="abel").by == "rita"
    assert actions.look_at_flag(flag=flag.pk, by="zoe").by == "rita"
    actions.look_at_flag(flag=flag.pk, by="rita", for_s=0)
    assert actions.look_at_flag(flag=flag.pk, by="abel").by == "abel"
    actions.decide_flag(flag=flag.pk, outcome="dismissed", by="abel")
    assert not FlagLook.objects.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda: actions.flag_image(image_id=ONE, reason="dull"),
        lambda: actions.flag_image(image_id=ONE, reason="wrong-label", mid="/m/unknown"),
        lambda: actions.flag_image(image_id="00000000000000ff", reason="other"),
        lambda: actions.decide_flag(flag=10**9, outcome="upheld", by="rita"),
        lambda: actions.check_license(image_id=ONE, result="fine", by="ann"),
        lambda: actions.note_label(mid="/m/unknown", by="rita"),
        lambda: actions.create_collection(name="  ", by="ann"),
        lambda: actions.save_view(name="", query="", by="ann"),
        lambda: actions.add_to_collection(collection=10**9, image_id=ONE, by="ann"),
    ],
)
def test_what_cannot_be_is_refused(write: object) -> None:
    with pytest.raises(actions.CurationError):
        write()
    assert not any(model.objects.exists() for model in (Flag, Decision, LicenseCheck, CollectionDetails, SavedView))


def test_a_collection_changes_by_its_owner_only_and_keeps_what_is_not_said() -> None:
    collection = actions.create_collection(name="dogs", by="ann", description="good ones")
    actions.change_collection(collection=collection.pk, by="ann", cover=TWO, is_public=True)
    newest = collection.details.newest().get()
    assert (newest.name, newest.description, newest.is_public) == ("dogs", "good ones", True)
    with pytest.raises(actions.NotYoursError):
        actions.change_collection(collection=collection.pk, by="bob", name="cats")
    with pytest.raises(actions.CurationError):
        actions.change_collection(collection=collection.pk, by="ann", colour="red")
    actions.change_collection(collection=collection.pk, by="ann", cover=None)
    assert collection.details.newest().get().cover_key is None


def test_an_image_is_in_a_collection_once_and_can_leave_and_return() -> None:
    collection = actions.create_collection(name="dogs", by="ann").pk
    actions.add_to_collection(collection=collection, image_id=ONE, by="ann")
    with pytest.raises(actions.AlreadyDoneError):
        actions.add_to_collection(collection=collection, image_id=ONE, by="ann")
    actions.remove_from_collection(collection=collection, image_id=ONE, by="ann")
    with pytest.raises(actions.AlreadyDoneError):
        actions.remove_from_collection(collection=collection, image_id=SIX, by="ann")
    actions.add_to_collection(collection=collection, image_id=ONE, by="ann")
    assert CollectionItem.objects.newest().get().added
    assert CollectionItem.objects.count() == 3


def test_a_saved_view_has_versions_of_its_owner() -> None:
    view = actions.save_view(name="dogs", query=f"label={DOG}", by="ann", note="to check")
    actions.change_view(view=view.view, by="ann", name="hounds")
    newest = SavedView.objects.newest().get()
    assert (newest.name, newest.query, newest.note) == ("hounds", f"label={DOG}", "to check")
    with pytest.raises(actions.NotYoursError):
        actions.change_view(view=view.view, by="bob", is_removed=True)
    actions.change_view(view=view.view, by="ann", is_removed=True)
    assert SavedView.objects.newest().get().is_removed


def test_a_labels_page_shows_the_note_and_the_mark(client: Client) -> None:
    def page() -> str:
        return client.get(f"/label{DOG}").content.decode()

    assert "label-note" not in page()
    actions.note_label(mid=DOG, by="rita", note="also <wolves>", sensitive=True)
    assert "also &lt;wolves&gt;" in page()
    assert "pictures with this label need care" in page()
    actions.note_label(mid=DOG, by="rita", display_name="Hound")
    assert "<bdi>Hound</bdi>" in page()
    assert "label-note" not in page()
