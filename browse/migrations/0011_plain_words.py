"""Plainer words for flags, pictures and the data set's state; one spelling for files of no known kind."""

from django.db import migrations, models

OLD, NEW = "not recognised", "not recognized"


def _kinds(apps, old, new):
    apps.get_model("browse", "ImportFile").objects.filter(kind=old).update(kind=new)


class Migration(migrations.Migration):

    dependencies = [
        ("browse", "0010_license_spelling"),
    ]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="reason",
            field=models.CharField(
                choices=[
                    ("wrong-label", "Wrong label"),
                    ("license", "License"),
                    ("privacy", "Privacy"),
                    ("offensive", "Offensive"),
                    ("broken", "Broken"),
                    ("duplicate", "Duplicate"),
                    ("rights-holder", "This is my photo"),
                    ("other", "Other"),
                ],
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="picturestate",
            name="state",
            field=models.CharField(
                choices=[
                    ("fresh", "Picture available"),
                    ("pending", "Picture not loaded yet"),
                    ("dead", "No longer at its source"),
                    ("mismatch", "Changed at its source"),
                    ("blocked", "Address not allowed"),
                    ("error", "Could not be fetched"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="datasetstate",
            name="curation_read",
            field=models.DateTimeField(
                help_text="Figures that are counted with the index include curators' changes up to this time.",
                null=True,
                verbose_name="curators' changes up to",
            ),
        ),
        migrations.AlterField(
            model_name="datasetstate",
            name="curation_revision",
            field=models.BigIntegerField(default=0, help_text="The revision at that time."),
        ),
        migrations.AlterField(
            model_name="datasetstate",
            name="is_sample",
            field=models.BooleanField(default=False, verbose_name="sample data"),
        ),
        migrations.AlterField(
            model_name="datasetstate",
            name="switched",
            field=models.DateTimeField(null=True, verbose_name="current since"),
        ),
        migrations.RunPython(
            lambda apps, editor: _kinds(apps, OLD, NEW),
            lambda apps, editor: _kinds(apps, NEW, OLD),
        ),
    ]
