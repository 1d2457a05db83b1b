"""The four groups: what each may, and who reaches the administration."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client

from browse.models.roles import ADMIN, CURATOR, REVIEWER, ROLES, VIEWER, make_groups

pytestmark = pytest.mark.django_db

MAY = {
    "browse.add_savedview": {VIEWER, CURATOR, REVIEWER, ADMIN},
    "browse.add_collection": {VIEWER, CURATOR, REVIEWER, ADMIN},
    "browse.add_verdict": {CURATOR, REVIEWER, ADMIN},
    "browse.add_flag": {CURATOR, REVIEWER, ADMIN},
    "browse.add_licensecheck": {CURATOR, REVIEWER, ADMIN},
    "browse.add_decision": {REVIEWER, ADMIN},
    "browse.add_hiding": {REVIEWER, ADMIN},
    "browse.add_labelnote": {REVIEWER, ADMIN},
    "browse.view_verdict": {REVIEWER, ADMIN},
    "auth.change_user": {ADMIN},
    "auth.delete_user": set(),
    "browse.delete_verdict": set(),
    "browse.change_verdict": set(),
}


@pytest.fixture(autouse=True)
def groups() -> None:
    make_groups(apps)


def member(name: str) -> User:
    user = User.objects.create_user(f"a-{name}", password="password of a test")
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.mark.parametrize("name", ROLES)
def test_a_group_may_what_its_work_needs(name: str) -> None:
    user = member(name)
    assert {permission for permission in MAY if user.has_perm(permission)} == {
        permission for permission, names in MAY.items() if name in names
    }
    assert not any(permission.split(".")[1].startswith("delete_") for permission in user.get_all_permissions())


@pytest.mark.parametrize(("name", "status"), [(VIEWER, 302), (CURATOR, 302), (REVIEWER, 200), (ADMIN, 200)])
def test_reviewers_reach_the_administration_and_curators_do_not(client: Client, name: str, status: int) -> None:
    user = member(name)
    form = {"username": user.username, "password": "password of a test", "next": "/admin/"}
    signed_in = client.post("/admin/login/", form)
    assert signed_in.status_code == (302 if status == 200 else 200)
    client.force_login(user)
    assert client.get("/admin/").status_code == status


def test_who_left_reaches_it_no_longer(client: Client) -> None:
    user = member(REVIEWER)
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/admin/").status_code == 302
