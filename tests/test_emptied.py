"""What a test that commits leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError

from browse.models import Verdict
from browse.models.roles import make_groups
from tests import datasets
from tests.emptied import empty, written_tables


def commit_rows(index_dir: Path) -> Verdict:
    """Rows that point to others, of history, and of groups with their permissions."""
    datasets.load_example(index_dir)
    make_groups(apps)
    return Verdict.objects.create(image_key=1, mid="/m/a", says="yes")


@pytest.mark.django_db(transaction=True)
def test_all_rows_go_but_names_of_content_types_and_permissions(tmp_path: Path) -> None:
    names = ContentType.objects.count(), Permission.objects.count()
    commit_rows(tmp_path)
    assert {"browse_annotation", "browse_verdict", "auth_group_permissions"} <= set(written_tables())
    empty()
    assert written_tables() == []
    assert all(names)
    assert (ContentType.objects.count(), Permission.objects.count()) == names


@pytest.mark.django_db(transaction=True)
def test_guard_and_foreign_keys_are_back_after_that(tmp_path: Path) -> None:
    commit_rows(tmp_path)
    empty()
    with pytest.raises(IntegrityError):
        User.groups.through.objects.create(user_id=1, group_id=1)
    verdict = commit_rows(tmp_path)
    with pytest.raises(DatabaseError, match="history is never changed"):
        verdict.delete()
