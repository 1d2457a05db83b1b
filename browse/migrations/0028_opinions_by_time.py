from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0027_masks'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['by', 'at'], name='opinion_by'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['at'], name='opinion_at'),
        ),
    ]
