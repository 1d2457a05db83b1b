"""One's own password: changed by whoever knows the old one, or set by a link that an administrator made."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.curation.people import client_of
from tests.html import tree

pytestmark = pytest.mark.django_db

OLD = "password of a test"
NEW = "quite another one, 7"


def changed(client: Client, old: str = OLD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    fields = {"old_password": old, "new_password1": new, "new_password2": again}
    answer = client.post("/password", fields)
    return answer.status_code, answer.get("Location") or answer.content.decode()


def signs_in(name: str, password: str) -> bool:
    return Client().post("/sign-in", {"username": name, "password": password}).status_code == 303


@pytest.fixture
def link(generation: str) -> str:
    """A link for the viewer's account, from the page that an administrator gets."""
    client_of("viewer")
    return made(client_of("admin"), "viewer")


def made(administrator: Client, name: str) -> str:
    pk = User.objects.get(username=name).pk
    answer = administrator.post(f"/admin/auth/user/{pk}/password-link")
    assert answer.status_code == 200, answer
    return urlsplit(tree(answer.content.decode()).one("#password-link").words).path


@pytest.mark.parametrize("role", ["viewer", "curator", "reviewer"])
def test_everybody_with_an_account_changes_their_own(generation: str, role: str) -> None:
    client, elsewhere = client_of(role), Client()
    elsewhere.force_login(User.objects.get(username=role))
    assert '<a href="/password">' in client.get("/labels").content.decode()
    assert "Your old password was entered incorrectly" in changed(client, old="wrong")[1]
    assert changed(client, again="no match")[0] == 400
    assert changed(client, new="12345", again="12345")[0] == 400
    assert signs_in(role, OLD)
    assert changed(client) == (302, "/password/changed")
    assert "You stay signed in here" in client.get("/password/changed").content.decode()
    assert elsewhere.get("/password").status_code == 302
    assert (signs_in(role, OLD), signs_in(role, NEW)) == (False, True)


def test_others_sign_in_first(client: Client, generation: str) -> None:
    for answer in (client.get("/password"), client.post("/password", {"old_password": OLD})):
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/password")
    assert "/password" not in tree(client.get("/labels").content.decode()).addresses


def test_a_link_sets_a_password_once(link: str) -> None:
    client = Client()
    page = client.get(link)
    assert page.status_code == 302
    assert link.rsplit("/", 1)[1] not in page["Location"]  # the token leaves the address
    assert "viewer" in client.get(page["Location"]).content.decode()
    fields = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(page["Location"], fields)["Location"] == "/password/changed"
    assert (signs_in("viewer", OLD), signs_in("viewer", NEW)) == (False, True)
    answer = Client().get(link)
    assert (answer.status_code, "no longer valid" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("token", ["x", "abc123-" + "0" * 32, "\u2028"])
def test_no_other_link_does(link: str, token: str) -> None:
    for address in (f"{link.rsplit('/', 1)[0]}/{token}", f"/password/set/{token}/{token}"):
        answer = Client().get(address)
        assert (answer.status_code, "no longer valid" in answer.content.decode()) == (404, True)


def test_a_link_ends_with_its_time_and_with_the_next_sign_in(link: str, settings: Settings) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link).status_code == 404
    settings.PASSWORD_RESET_TIMEOUT = 3600
    assert Client().get(link).status_code == 302
    User.objects.filter(username="viewer").update(last_login=timezone.now() + dt.timedelta(minutes=1))
    assert Client().get(link).status_code == 404


def test_links_are_made_by_those_who_may_change_the_account_and_by_a_form(generation: str) -> None:
    boss = User.objects.create_superuser("boss", password=OLD)
    client_of("viewer")
    viewer = User.objects.get(username="viewer")
    administrator, reviewer = client_of("admin"), client_of("reviewer")
    assert administrator.post(f"/admin/auth/user/{boss.pk}/password-link").status_code == 403
    assert reviewer.post(f"/admin/auth/user/{viewer.pk}/password-link").status_code == 403
    assert administrator.get(f"/admin/auth/user/{viewer.pk}/password-link").status_code == 405
    assert administrator.post(f"/admin/auth/user/{10**30}/password-link").status_code == 404
    assert (
        f"/admin/auth/user/{viewer.pk}/password-link"
        in administrator.get(f"/admin/auth/user/{viewer.pk}/change/").content.decode()
    )
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    answer = administrator.post(f"/admin/auth/user/{viewer.pk}/password-link", follow=True)
    assert "this account is deactivated" in answer.content.decode()
