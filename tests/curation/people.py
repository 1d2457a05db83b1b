"""People of each group, and those without an account, as test clients."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client

from browse.models.roles import CURATOR, REVIEWER, ROLES, VIEWER, make_groups

ANONYMOUS = "anonymous"
EVERYBODY = (ANONYMOUS, VIEWER, CURATOR, REVIEWER)


def groups_are_there() -> None:
    """Make the groups anew where a test that committed has emptied the tables after the migrations filled them."""
    if Group.objects.filter(name__in=ROLES).count() != len(ROLES):
        make_groups(apps)


def client_of(role: str, name: str = "") -> Client:
    """A client signed in as somebody of this group, called as the group unless a name is given."""
    client = Client()
    if role != ANONYMOUS:
        groups_are_there()
        user = User.objects.create_user(name or role, password="password of a test")
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
    return client
