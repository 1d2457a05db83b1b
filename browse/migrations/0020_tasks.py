"""Tasks, the pictures drawn for them and opinions on these, which are history; and who has which picture before them."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from browse.models.append_only import guard, unguard

TABLES = ("browse_task", "browse_taskitem", "browse_opinion", "browse_taskclosing")


def guard_history(apps, schema_editor):
    for table in TABLES:
        for statement in guard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


def unguard_history(apps, schema_editor):
    for table in TABLES:
        for statement in unguard(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, None)


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0019_relationships'),
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('name', models.TextField()),
                ('mid', models.TextField(verbose_name='MID')),
                ('plan', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='task_at')],
            },
        ),
        migrations.CreateModel(
            name='TaskItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('image_key', models.BigIntegerField()),
                ('level', models.TextField(blank=True)),
                ('known', models.CharField(blank=True, max_length=3)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='browse.task')),
            ],
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('image_key', models.BigIntegerField()),
                ('mid', models.TextField(verbose_name='MID')),
                ('says', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('unsure', 'Unsure')], max_length=6)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='browse.taskitem')),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=150)),
                ('until', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='browse.taskitem')),
            ],
        ),
        migrations.CreateModel(
            name='TaskClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('by', models.CharField(blank=True, help_text='User name; empty for the public.', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('why', models.TextField(blank=True)),
                ('closed', models.BooleanField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='browse.task')),
            ],
            options={
                'indexes': [models.Index(fields=['task', 'at'], name='task_closing')],
            },
        ),
        migrations.AddIndex(
            model_name='taskitem',
            index=models.Index(fields=['task', 'image_key'], name='task_item_image'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['item', 'by', 'at'], name='opinion_item'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['image_key', 'mid'], name='opinion_pair'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['mid', 'at'], name='opinion_label'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(fields=('item', 'by'), name='claim_once'),
        ),
        migrations.RunPython(guard_history, unguard_history),
    ]
