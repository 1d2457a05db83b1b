import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0024_points'),
    ]

    operations = [
        migrations.AddField(
            model_name='datasetstate',
            name='announced',
            field=models.TextField(blank=True, default='', help_text='The generation that an import is about to make current.'),
        ),
        migrations.AddField(
            model_name='datasetstate',
            name='curation_hiding',
            field=models.BigIntegerField(default=0, help_text='The last hiding that those figures include.'),
        ),
        migrations.AddField(
            model_name='datasetstate',
            name='curation_verdict',
            field=models.BigIntegerField(default=0, help_text='The last verdict that those figures include.'),
        ),
        migrations.AddField(
            model_name='datasetstate',
            name='dataset',
            field=models.TextField(blank=True, default='', help_text='What the generation was built as.'),
        ),
        migrations.CreateModel(
            name='NodeWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.TextField(help_text='NODE_NAME, or host name and data folder.')),
                ('pid', models.IntegerField()),
                ('started', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('seen', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text="By the database's clock.")),
                ('index_id', models.TextField(help_text='Names the index folder, which nodes may share.')),
                ('opened', models.JSONField(default=list, help_text='The index generations that it can answer from at once.')),
                ('fault', models.TextField(blank=True, help_text='Why it cannot open the generation that it should.')),
                ('key_fingerprint', models.TextField(help_text='Differs where secret keys differ.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'pid'), name='worker_of_node')],
            },
        ),
    ]
