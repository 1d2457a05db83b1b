"""How public collections call their owners, which is history."""

import django.utils.timezone
import uuid
from django.db import migrations, models

from browse.models.append_only import guard, unguard

TABLE = "browse_publicname"


def guard_history(apps, schema_editor):
    for statement in guard(schema_editor.connection.vendor, TABLE):
        schema_editor.execute(statement, None)


def unguard_history(apps, schema_editor):
    for statement in unguard(schema_editor.connection.vendor, TABLE):
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0022_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('name', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['by', 'at'], name='public_name_by')],
            },
        ),
        migrations.RunPython(guard_history, unguard_history),
    ]
