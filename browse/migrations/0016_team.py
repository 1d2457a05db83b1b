"""What somebody wrote at once, the tokens with which scripts write, and verdicts by time."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0015_hierarchy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.TextField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=8)),
                ('scopes', models.TextField()),
                ('made', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires', models.DateTimeField()),
                ('revoked', models.DateTimeField(blank=True, null=True)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('minute', models.DateTimeField(blank=True, null=True)),
                ('used', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('verdicts', 'Verdicts'), ('undo', 'Undo'), ('flags', 'Flags'), ('license-checks', 'License Checks'), ('items', 'collection items')], max_length=14)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('given', models.IntegerField()),
                ('written', models.IntegerField(default=0)),
                ('first', models.BigIntegerField(null=True)),
                ('last', models.BigIntegerField(null=True)),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(fields=['at'], name='verdict_at'),
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='batch',
            name='undoes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undoings', to='browse.batch'),
        ),
        migrations.AddIndex(
            model_name='accesstoken',
            index=models.Index(fields=['account', 'made'], name='access_token_account'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['by', 'at'], name='batch_by'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['first'], name='batch_first'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('by', 'key'), name='batch_once'),
        ),
    ]
