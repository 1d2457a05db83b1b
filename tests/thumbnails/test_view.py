"""/thumb/<ImageID>/<size> over the whole stack: which picture, which headers."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image as Pillow

from browse.image_ids import key_from_image_id
from browse.models import Image, License, PictureState
from tests.thumbnails.fake_host import Answer, PictureHost, photo

pytestmark = pytest.mark.django_db(transaction=True)

IMAGE_ID = "000060e3121c7305"
THUMBNAIL = "https://c5.staticflickr.com/6/5129/5338827598_2b3e3a3c1c_z.jpg"
ORIGINAL = "https://c5.staticflickr.com/6/5129/5338827598_7dcd2b3a3c_o.jpg"


def image(image_id: str = IMAGE_ID, **fields: object) -> Image:
    License.objects.get_or_create(
        pk=1, defaults={"url": "https://creativecommons.org/licenses/by/2.0/", "slug": "cc-by-2.0"}
    )
    return Image.objects.create(
        pk=key_from_image_id(image_id),
        license_id=1,
        **{"subset": 0, "thumbnail_url": THUMBNAIL, "original_url": ORIGINAL, **fields},
    )


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def opened(response) -> Pillow.Image:
    return Pillow.open(io.BytesIO(response.content))


def test_a_tile_is_fetched_rendered_and_kept(client, proxied: PictureHost) -> None:
    image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(640, 480))
    first = client.get(f"/thumb/{IMAGE_ID}/m", headers={"accept": "image/webp,*/*"})
    assert first.status_code == 200
    assert first["Content-Type"] == "image/webp"
    assert opened(first).size == (384, 288)
    state = PictureState.objects.get()
    assert (state.image_id, state.state, state.source, state.width, state.height) == (
        IMAGE_ID,
        "fresh",
        "thumbnail",
        640,
        480,
    )
    second = client.get(f"/thumb/{IMAGE_ID}/m?v={state.version}", headers={"accept": "image/webp,*/*"})
    assert second.content == first.content
    assert client.get(f"/thumb/{IMAGE_ID}/s").status_code == 200
    assert len(proxied.requests) == 1


def test_local_pictures_come_first(client, proxied: PictureHost, tmp_path: Path, settings) -> None:
    image()
    (tmp_path / f"{IMAGE_ID}.jpg").write_bytes(photo(100, 100))
    settings.OPENIMAGES_IMAGE_ROOT = tmp_path
    assert opened(client.get(f"/thumb/{IMAGE_ID}/l")).size == (100, 100)
    assert proxied.requests == []
