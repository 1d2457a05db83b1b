"""The hierarchy of labels."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('browse', '0014_boxes')]

    operations = [
        migrations.CreateModel(
            name='HierarchyRow',
            fields=[
                ('pk', models.CompositePrimaryKey('parent', 'child', 'is_part', blank=True, editable=False, primary_key=True, serialize=False)),
                ('parent', models.TextField()),
                ('child', models.TextField()),
                ('is_part', models.BooleanField()),
            ],
        ),
    ]
