"""What each group sees and does in the administration: every screen and every write, as each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.test import Client

from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.models import HISTORY, Flag, FlagLook, Label, PictureState, Verdict
from browse.models.roles import ADMIN, CURATOR, REVIEWER, VIEWER
from tests.admin.conftest import ROLES, As
from tests.datasets import DOG, ONE, TWO

pytestmark = pytest.mark.django_db

PASSWORD = "a long password 7"
ONE_PAGE = f"/admin/browse/image/{key_from_image_id(ONE)}"
LISTS = [
    *("flag", "decision", "image", "label", "labelnote", "verdict", "licensecheck", "hiding", "collection"),
    *("import", "datasetstate", "picturestate"),
]


def flag() -> int:
    return int(actions.flag_image(image_id=ONE, reason="privacy").pk)


def label_page() -> str:
    return f"/admin/browse/label/{Label.objects.get(mid=DOG).pk}"


WRITES: dict[str, Callable[[Client], object]] = {
    "uphold": lambda client: client.post(f"/admin/browse/flag/{flag()}/decide", {"outcome": "upheld"}),
    "hide by flag": lambda client: client.post(f"/admin/browse/flag/{flag()}/decide", {"outcome": "hide"}),
    "dismiss several": lambda client: client.post(
        "/admin/browse/flag/", {"action": "dismissed", "_selected_action": [flag()], "confirmed": "1"}
    ),
    "verdict": lambda client: client.post(f"{ONE_PAGE}/verdict", {"mid": DOG, "says": "no"}),
    "undo": lambda client: client.post(
        f"{ONE_PAGE}/undo",
        {"verdict": actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="somebody").pk},
    ),
    "hide": lambda client: client.post(f"{ONE_PAGE}/hide", {"why": "asked for"}),
    "show": lambda client: (
        actions.hide_image(image_id=ONE, by="somebody", why="test"),
        client.post(f"{ONE_PAGE}/show", {"why": "a mistake"}),
    ),
    "check": lambda client: client.post(f"{ONE_PAGE}/check", {"result": "gone"}),
    "note": lambda client: client.post(f"{label_page()}/note", {"display_name": "hound"}),
    "undo several": lambda client: client.post(
        "/admin/browse/verdict/",
        {
            "action": "undo_selected",
            "_selected_action": [actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="somebody").pk],
            "confirmed": "1",
            "why": "wrong",
        },
    ),
    "look": lambda client: client.post(f"/admin/browse/flag/{flag()}/look"),
    "show several": lambda client: client.post(
        "/admin/browse/hiding/",
        {
            "action": "show_selected",
            "_selected_action": [actions.hide_image(image_id=TWO, by="somebody", why="test").pk],
            "confirmed": "1",
            "why": "a mistake",
        },
    ),
}
OF_ADMINS: dict[str, Callable[[Client], object]] = {
    "recheck": lambda client: client.post(
        "/admin/browse/picturestate/",
        {
            "action": "recheck",
            "_selected_action": [PictureState.objects.create(pk=key_from_image_id(TWO), state="dead").pk],
            "confirmed": "1",
        },
    ),
    "add an account": lambda client: client.post(
        "/admin/auth/user/add/",
        {"username": "new", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    ),
    "change an account": lambda client: client.post(
        f"/admin/auth/user/{User.objects.create_user('kept').pk}/change/", {"username": "kept", "first_name": "A"}
    ),
    "change a password": lambda client: client.post(
        f"/admin/auth/user/{User.objects.create_user('kept').pk}/password/",
        {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    ),
}
ALL = WRITES | OF_ADMINS


def rows_by(name: str) -> int:
    """Everything that somebody left: history, looks at flags, and what the administration keeps a log of."""
    history = sum(model.objects.filter(by=name).count() for model in HISTORY)
    looks, logged = FlagLook.objects.filter(by=name), LogEntry.objects.filter(user__username=name)
    return history + looks.count() + logged.count()


def least(write: str) -> str:
    """The group that may, with those after it."""
    return ADMIN if write in OF_ADMINS else REVIEWER


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("write", ALL)
def test_only_reviewers_and_admins_write_here(signed_in: As, role: str, write: str) -> None:
    client = signed_in(role)
    ALL[write](client)
    assert bool(rows_by(role)) == (ROLES.index(role) >= ROLES.index(least(write)))


@pytest.mark.parametrize("write", ALL)
def test_who_lost_the_permission_to_write_writes_nothing(signed_in: As, write: str) -> None:
    role = least(write)
    client = signed_in(role)
    writing = Q(codename__startswith="add_") | Q(codename__startswith="change_")
    Group.objects.get(name=role).permissions.remove(*Permission.objects.filter(writing))
    ALL[write](client)
    assert not rows_by(role)


@pytest.mark.parametrize("write", ALL)
def test_every_write_needs_the_forms_token(signed_in: As, write: str) -> None:
    role = least(write)
    client = signed_in(role)
    client.handler.enforce_csrf_checks = True
    ALL[write](client)
    assert not rows_by(role)


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_list(signed_in: As, role: str) -> None:
    client = signed_in(role)
    inside = role in (REVIEWER, ADMIN)
    expected = 200 if inside else 302
    for name in LISTS:
        assert client.get(f"/admin/browse/{name}/").status_code == expected, name
    saved = {REVIEWER: 403, ADMIN: 200}.get(role, 302)
    assert client.get("/admin/browse/savedview/").status_code == saved
    users = {REVIEWER: 403, ADMIN: 200}.get(role, 302)
    assert client.get("/admin/auth/user/").status_code == users


def test_nothing_is_written_by_get(signed_in: As) -> None:
    client, pk = signed_in(REVIEWER), flag()
    for address in (f"flag/{pk}/decide", f"flag/{pk}/look", f"image/{key_from_image_id(ONE)}/hide"):
        assert client.get(f"/admin/browse/{address}").status_code == 405


def form_of(user: User, **more: object) -> dict[str, object]:
    return {"username": user.username, "is_active": "on", "first_name": "A", "groups": [], **more}


def test_an_admin_makes_accounts_but_no_superusers(signed_in: As) -> None:
    client = signed_in(ADMIN)
    client.post(
        "/admin/auth/user/add/",
        {
            "username": "new",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "usable_password": "true",
            "is_superuser": "on",
        },
    )
    new = User.objects.get(username="new")
    permission = Permission.objects.get(codename="delete_user")
    curator = Group.objects.get(name=CURATOR)
    address = f"/admin/auth/user/{new.pk}/change/"
    more = {"is_superuser": "on", "is_staff": "on", "user_permissions": [permission.pk], "groups": [curator.pk]}
    assert client.post(address, form_of(new, **more)).status_code == 302
    new.refresh_from_db()
    assert (new.first_name, new.is_superuser, new.is_staff) == ("A", False, False)
    assert not new.user_permissions.exists()
    assert [group.name for group in new.groups.all()] == [CURATOR]


def test_an_admin_puts_nobody_into_a_group_that_may_more(signed_in: As) -> None:
    client, other = signed_in(ADMIN), Group.objects.create(name="everything")
    user = User.objects.create_user("new")
    answer = client.post(f"/admin/auth/user/{user.pk}/change/", form_of(user, groups=[other.pk]))
    assert answer.status_code == 200
    assert not user.groups.exists()


def test_a_group_that_an_admin_does_not_see_stays(signed_in: As) -> None:
    client, other = signed_in(ADMIN), Group.objects.create(name="another")
    user = User.objects.create_user("new")
    user.groups.set([other, Group.objects.get(name=CURATOR)])
    assert client.post(f"/admin/auth/user/{user.pk}/change/", form_of(user, groups=[])).status_code == 302
    assert [group.name for group in user.groups.all()] == ["another"]


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("is_superuser", [True, False])
@pytest.mark.parametrize("what", ["change", "password"])
def test_an_admin_changes_nobody_who_may_more(signed_in: As, what: str, is_superuser: bool, is_active: bool) -> None:
    client = signed_in(ADMIN)
    root = User.objects.create_user("root", password="of root 123456", is_superuser=is_superuser, is_active=is_active)
    root.user_permissions.add(Permission.objects.get(codename="delete_user"))
    form = {"password1": "another 123456x", "password2": "another 123456x", "usable_password": "true"}
    answer = client.post(f"/admin/auth/user/{root.pk}/{what}/", form_of(root, **form))
    assert answer.status_code == 403
    root.refresh_from_db()
    assert (root.first_name, root.check_password("of root 123456")) == ("", True)


def test_names_stay_and_accounts_are_not_deleted(signed_in: As) -> None:
    client, user = signed_in(ADMIN), User.objects.create_user("kept")
    client.post(f"/admin/auth/user/{user.pk}/change/", form_of(user) | {"username": "another"})
    user.refresh_from_db()
    assert (user.username, user.first_name) == ("kept", "A")
    assert client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/auth/group/{Group.objects.get(name=VIEWER).pk}/change/", {}).status_code == 403


def test_history_has_no_form_of_its_own(signed_in: As) -> None:
    client = signed_in(ADMIN)
    pk = actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="somebody").pk
    for action in ("add", f"{pk}/delete"):
        assert client.post(f"/admin/browse/verdict/{action}/", {"post": "yes"}).status_code == 403
    assert Verdict.objects.count() == 1
    assert not Flag.objects.exists()
