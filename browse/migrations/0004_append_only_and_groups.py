from django.db import migrations

from browse.models.append_only import guard, unguard
from browse.models.roles import make_groups

TABLES = [
    f"browse_{model}"
    for model in (
        *("verdict", "flag", "decision", "licencecheck", "hiding", "labelnote"),
        *("collection", "collectiondetails", "collectionitem", "savedview"),
    )
]

_VIEWER = {("browse", "savedview", "add"), ("browse", "collection", "add")}
_CURATOR = _VIEWER | {("browse", model, "add") for model in ("verdict", "flag", "licencecheck")}
_SEEN_BY_REVIEWERS = (
    *("image", "label", "datasetstate", "import", "importfile", "picturestate"),
    *("verdict", "flag", "decision", "licencecheck", "hiding", "labelnote", "collection"),
)
_REVIEWER = (
    _CURATOR
    | {("browse", model, "add") for model in ("decision", "hiding", "labelnote")}
    | {("browse", model, "view") for model in _SEEN_BY_REVIEWERS}
    | {("browse", "datasetstate", "reach_admin")}
)
_ADMIN = (
    _REVIEWER
    | {("browse", "picturestate", "change")}
    | {("auth", "user", action) for action in ("view", "add", "change")}
    | {("auth", "group", "view"), ("browse", "savedview", "view")}
)
ROLES = {"viewer": _VIEWER, "curator": _CURATOR, "reviewer": _REVIEWER, "admin": _ADMIN}
"""As they were with this migration, by the names that models had then."""


def guard_history(apps, schema_editor):
    for table in TABLES:
        for statement in guard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


def unguard_history(apps, schema_editor):
    for table in TABLES:
        for statement in unguard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


def groups(apps, schema_editor):
    make_groups(apps, ROLES)


def no_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=list(ROLES)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("browse", "0003_curation"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(guard_history, unguard_history),
        migrations.RunPython(groups, no_groups),
    ]
