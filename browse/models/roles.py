"""Who may do what: four groups, each with what the one before may, and no more than its work needs.

Whoever has no account reads, and may flag an image as its rights-holder.
"""

from __future__ import annotations

from typing import Any

VIEWER, CURATOR, REVIEWER, ADMIN = "viewer", "curator", "reviewer", "admin"

_VIEWER = {("browse", model, "add") for model in ("savedview", "collection", "trainingset")}
_CURATOR = _VIEWER | {("browse", model, "add") for model in ("verdict", "flag", "licensecheck")}
_SEEN_BY_REVIEWERS = (
    *("image", "label", "datasetstate", "import", "importfile", "picturestate"),
    *("verdict", "flag", "decision", "licensecheck", "hiding", "labelnote", "collection"),
)
_REVIEWER = (
    _CURATOR
    | {("browse", model, "add") for model in ("decision", "hiding", "labelnote")}
    | {("browse", model, "view") for model in _SEEN_BY_REVIEWERS}
    | {("browse", "datasetstate", "reach_admin")}
)
_ADMIN = (
    _REVIEWER
    | {("browse", "picturestate", "change")}
    | {("auth", "user", action) for action in ("view", "add", "change")}
    | {("auth", "group", "view"), ("browse", "savedview", "view")}
)

ROLES: dict[str, set[tuple[str, str, str]]] = {
    VIEWER: _VIEWER,
    CURATOR: _CURATOR,
    REVIEWER: _REVIEWER,
    ADMIN: _ADMIN,
}
"""Permissions of each group, as (application, model, what may be done)."""

REACH_ADMIN = "browse.reach_admin"
_WORDS = {"reach_admin": "Can reach the administration"}


def make_groups(apps: Any, roles: dict[str, set[tuple[str, str, str]]] = ROLES) -> None:
    """Make the groups, and the permissions where they are not there yet. apps: Django's registry, or a migration's.

    Permissions that somebody gave to a group besides stay.
    """
    for name, permissions in roles.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, *one) for one in sorted(permissions)))


def _permission(apps: Any, application: str, model: str, action: str) -> Any:
    types = apps.get_model("contenttypes", "ContentType")
    content_type, _ = types.objects.get_or_create(app_label=application, model=model)
    verbose = apps.get_model(application, model)._meta.verbose_name
    codename = action if action in _WORDS else f"{action}_{model}"
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": _WORDS.get(action, f"Can {action} {verbose}")},
    )
    return found
