"""The folder of local images."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def image_root() -> Path | None:
    """The one that settings name, or the sample's once there is one."""
    if settings.OPENIMAGES_IMAGE_ROOT:
        return Path(settings.OPENIMAGES_IMAGE_ROOT)
    drawn = Path(settings.SAMPLE_DIR) / "images"
    return drawn if drawn.is_dir() else None
