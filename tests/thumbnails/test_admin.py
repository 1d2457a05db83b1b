"""Administration of picture states."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browse.admin import common, lists
from browse.domain.image_ids import key_from_image_id
from browse.models import PictureState
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.rows import IMAGE_ID, THUMBNAIL, create_image, path_of

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/browse/picturestate/"


@pytest.fixture
def dead() -> PictureState:
    return PictureState.objects.create(
        pk=key_from_image_id(IMAGE_ID), state="dead", reason="<script>alert(1)</script>", failures=3
    )


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def recheck(client: Client, state: PictureState, **more: object) -> Any:
    form = {"action": "recheck", "_selected_action": [state.pk], "confirmed": "1", **more}
    return client.post(LIST, form, follow=True)


def test_the_list_shows_states_and_finds_by_image_id(dead: PictureState) -> None:
    client = staff("view_picturestate")
    page = client.get(LIST).content.decode()
    assert IMAGE_ID in page
    assert "&lt;script&gt;alert(1)" in page
    for term, found in ((IMAGE_ID, 1), (f" {IMAGE_ID.upper()} ", 1), ("0" * 16, 0), ("dead", 0)):
        assert client.get(LIST, {"q": term}).context["cl"].result_count == found
    assert client.get(LIST, {"state__exact": "fresh"}).context["cl"].result_count == 0


def test_states_are_read_only(dead: PictureState) -> None:
    client = staff("view_picturestate", "add_picturestate", "change_picturestate", "delete_picturestate")
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{dead.pk}/delete/", {"post": "yes"}).status_code == 403
    assert 'name="_save"' not in client.get(f"{LIST}{dead.pk}/change/").content.decode()


def test_a_recheck_fetches_anew_and_is_logged(dead: PictureState, client: Client, proxied: PictureHost) -> None:
    create_image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(640, 480))
    PictureState.objects.update(retry_at="2999-01-01T00:00:00Z")
    tile = f"/thumb/{IMAGE_ID}/m"
    assert client.get(tile)["X-Picture-State"] == "dead"
    answer = recheck(staff("view_picturestate", "change_picturestate"), dead)
    assert "Done: 1 of 1." in answer.content.decode()
    assert client.get(tile)["Content-Type"] == "image/jpeg"
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.username) == (str(dead.pk), "staff")
    assert "it was dead" in entry.get_change_message()


def test_how_many_are_rechecked_is_said_before_any_is(dead: PictureState) -> None:
    client = staff("view_picturestate", "change_picturestate")
    page = client.post(LIST, {"action": "recheck", "_selected_action": [dead.pk]}).content.decode()
    assert "Recheck 1 picture?" in page
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_a_recheck_that_cannot_be_logged_is_not_done(dead: PictureState) -> None:
    client = staff("view_picturestate", "change_picturestate")
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_admin_log RENAME TO away")
    try:
        assert recheck(client, dead).status_code == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO django_admin_log")
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_who_may_only_look_rechecks_nothing(dead: PictureState) -> None:
    recheck(staff("view_picturestate"), dead)
    dead.refresh_from_db()
    assert dead.state == "dead"
    assert not LogEntry.objects.exists()


def test_too_many_at_once_are_refused(dead: PictureState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "MOST_AT_ONCE", 0)
    answer = recheck(staff("view_picturestate", "change_picturestate"), dead)
    assert "Select at most 0 at a time" in answer.content.decode()
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_no_page_counts_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 150)
    PictureState.objects.bulk_create(PictureState(pk=number, state="fresh") for number in range(400))
    client = staff("view_picturestate")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(LIST)
    assert answer.context["cl"].result_count == 150
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "browse_picturestate" in query["sql"]]
    assert counts
    assert all("LIMIT 150" in sql for sql in counts)
