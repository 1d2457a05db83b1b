from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('browse', '0016_team'),
    ]

    operations = [
        migrations.AddField(
            model_name='picturestate',
            name='look',
            field=models.BigIntegerField(help_text='64-bit difference hash; near-duplicates differ in a few bits.', null=True),
        ),
        migrations.CreateModel(
            name='SourceFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image_key', models.BigIntegerField()),
                ('source', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('fresh', 'Picture available'), ('pending', 'Picture not loaded yet'), ('dead', 'No longer at its source'), ('mismatch', 'Changed at its source'), ('blocked', 'Address not allowed'), ('error', 'Could not be fetched')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('image_key', 'source'), name='source_failure_of_image')],
            },
        ),
    ]
