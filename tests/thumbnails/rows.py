"""Rows of the image table with pictures."""

from __future__ import annotations

from browse.domain.image_ids import key_from_image_id
from browse.models import Image, License

IMAGE_ID = "000060e3121c7305"
THUMBNAIL = "https://c5.staticflickr.com/6/5129/5338827598_2b3e3a3c1c_z.jpg"
ORIGINAL = "https://c5.staticflickr.com/6/5129/5338827598_7dcd2b3a3c_o.jpg"


def create_image(image_id: str = IMAGE_ID, **columns: object) -> Image:
    """An image of the training set with both addresses."""
    by = {"url": "https://creativecommons.org/licenses/by/2.0/", "slug": "cc-by-2.0"}
    License.objects.get_or_create(pk=1, defaults=by)
    given = {"subset": 0, "thumbnail_url": THUMBNAIL, "original_url": ORIGINAL} | columns
    return Image.objects.create(pk=key_from_image_id(image_id), license_id=1, **given)


def path_of(url: str) -> str:
    """The path of a URL at its host."""
    return "/" + url.split("/", 3)[3]
