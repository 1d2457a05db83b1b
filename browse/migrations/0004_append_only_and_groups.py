from django.db import migrations

from browse.models.append_only import guard, unguard
from browse.models.roles import ROLES, make_groups

TABLES = [
    f"browse_{model}"
    for model in (
        *("verdict", "flag", "decision", "licencecheck", "hiding", "labelnote"),
        *("collection", "collectiondetails", "collectionitem", "savedview"),
    )
]


def guard_history(apps, schema_editor):
    for table in TABLES:
        for statement in guard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


def unguard_history(apps, schema_editor):
    for table in TABLES:
        for statement in unguard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


def groups(apps, schema_editor):
    make_groups(apps)


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
