"""Views with the columns of the data set's own tables, for people who bring SQL."""

from django.db import migrations

from browse.models.sql_views import create, drop


def _run(schema_editor, make):
    for statement in make(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def make_views(apps, schema_editor):
    _run(schema_editor, drop)
    _run(schema_editor, create)


def drop_views(apps, schema_editor):
    _run(schema_editor, drop)


class Migration(migrations.Migration):

    dependencies = [('browse', '0012_training_sets')]

    operations = [migrations.RunPython(make_views, drop_views)]
