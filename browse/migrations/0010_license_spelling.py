"""One spelling: license. Renames the table of license checks, its guards, permissions and the reason of flags."""

from django.db import migrations, models

from browse.models.append_only import guard, unguard

OLD, NEW = "licencecheck", "licensecheck"
ACTIONS = ("add", "change", "delete", "view")


def _statements(schema_editor, make, table):
    for statement in make(schema_editor.connection.vendor, table):
        schema_editor.execute(statement, None)


def unguarded(model):
    """Lift the guards of a table for a change of its rows or its name."""
    return migrations.RunPython(
        lambda apps, editor: _statements(editor, unguard, f"browse_{model}"),
        lambda apps, editor: _statements(editor, guard, f"browse_{model}"),
    )


def guarded(model):
    return migrations.RunPython(
        lambda apps, editor: _statements(editor, guard, f"browse_{model}"),
        lambda apps, editor: _statements(editor, unguard, f"browse_{model}"),
    )


def _rename_permissions(apps, old, new):
    permissions = apps.get_model("auth", "Permission").objects
    for action in ACTIONS:
        found = permissions.filter(content_type__app_label="browse", codename=f"{action}_{old}")
        words = {OLD: "licence check", NEW: "license check"}[new]
        found.update(codename=f"{action}_{new}", name=f"Can {action} {words}")


def rename_permissions(apps, schema_editor):
    _rename_permissions(apps, OLD, NEW)


def restore_permissions(apps, schema_editor):
    _rename_permissions(apps, NEW, OLD)


def _reason(apps, old, new):
    apps.get_model("browse", "Flag").objects.filter(reason=old).update(reason=new)


class Migration(migrations.Migration):

    dependencies = [
        ("browse", "0009_report_networks"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        unguarded(OLD),
        migrations.RenameModel("LicenceCheck", "LicenseCheck"),
        migrations.RenameIndex("licensecheck", new_name="license_check_image", old_name="licence_check_image"),
        migrations.AlterField(
            "flag",
            "reason",
            models.CharField(
                choices=[
                    ("wrong-label", "Wrong Label"),
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
            "license",
            "slug",
            models.TextField(help_text="One slug for all spellings of a license's URL, such as cc-by-2.0."),
        ),
        migrations.AlterField(
            "licensecheck",
            "observed",
            models.TextField(blank=True, help_text="The license seen: its URL or name."),
        ),
        migrations.AlterField(
            "licensecheck",
            "result",
            models.CharField(
                choices=[
                    ("as-listed", "As listed"),
                    ("other", "Another license"),
                    ("gone", "No longer there"),
                    ("unclear", "Unclear"),
                ],
                max_length=9,
            ),
        ),
        guarded(NEW),
        migrations.RunPython(rename_permissions, restore_permissions),
        unguarded("flag"),
        migrations.RunPython(
            lambda apps, editor: _reason(apps, "licence", "license"),
            lambda apps, editor: _reason(apps, "license", "licence"),
        ),
        guarded("flag"),
    ]
