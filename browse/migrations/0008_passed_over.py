import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0007_figures_date'),
    ]

    operations = [
        migrations.CreateModel(
            name='PassedOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('review', models.TextField()),
                ('mid', models.TextField(verbose_name='MID')),
                ('by', models.CharField(max_length=150)),
                ('image_key', models.BigIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('review', 'mid', 'by', 'image_key'), name='passed_over_once')],
            },
        ),
    ]
