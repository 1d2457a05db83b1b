from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0020_tasks'),
    ]

    operations = [
        migrations.AddField(
            model_name='datasetstate',
            name='release',
            field=models.CharField(blank=True, default='', help_text='Of Open Images, such as v7; empty if not known.', max_length=4),
            preserve_default=False,
        ),
    ]
