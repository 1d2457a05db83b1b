"""Training sets, which are history, and how far their builds have come."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from browse.models.append_only import guard, unguard
from browse.models.roles import make_groups

TABLE = "browse_trainingset"
ROLES = {name: {("browse", "trainingset", "add")} for name in ("viewer", "curator", "reviewer", "admin")}
"""Whoever has an account may ask for a set."""


def guard_history(apps, schema_editor):
    for statement in guard(schema_editor.connection.vendor, TABLE):
        schema_editor.execute(statement, None)


def unguard_history(apps, schema_editor):
    for statement in unguard(schema_editor.connection.vendor, TABLE):
        schema_editor.execute(statement, None)


def groups(apps, schema_editor):
    make_groups(apps, ROLES)


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0011_plain_words'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainingSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('title', models.TextField(blank=True)),
                ('recipe', models.TextField(help_text='In canonical form.')),
                ('recipe_hash', models.CharField(help_text='SHA-256 of the canonical form.', max_length=64)),
                ('formats', models.TextField(help_text='Names, separated by spaces.')),
            ],
            options={
                'indexes': [models.Index(fields=['by', 'at'], name='training_set_by')],
            },
        ),
        migrations.CreateModel(
            name='SetBuild',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('building', 'Building'), ('canceling', 'Canceling'), ('done', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='waiting', max_length=9)),
                ('doing', models.TextField(blank=True)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('message', models.TextField(blank=True, help_text='Why it failed.')),
                ('most_images', models.BigIntegerField(null=True)),
                ('version', models.TextField(blank=True)),
                ('digest', models.TextField(blank=True)),
                ('row_hash', models.TextField(blank=True)),
                ('asked', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished', models.DateTimeField(null=True)),
                ('training_set', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='build', to='browse.trainingset')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'id'], name='set_build_state')],
            },
        ),
        migrations.RunPython(guard_history, unguard_history),
        migrations.RunPython(groups, migrations.RunPython.noop),
    ]
