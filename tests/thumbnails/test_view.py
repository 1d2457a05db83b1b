"""/thumb/<ImageID>/<size> over the whole stack: which picture, which headers."""

from __future__ import annotations

import datetime as dt
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow
from pytest_django import Settings

from browse.domain.picture_status import PictureStatus
from browse.models import Hiding, Image, PictureState
from browse.thumbnails import neutral
from browse.thumbnails.current import current_service
from browse.thumbnails.neutral import DARK, LIGHT, neutral_tile
from browse.thumbnails.rendering import Output
from browse.views.thumbnails import encoding_for
from tests.html import tree
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.rows import IMAGE_ID, ORIGINAL, THUMBNAIL, create_image, path_of

pytestmark = pytest.mark.django_db(transaction=True)

NGINX = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
WEBP = {"accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}
TILE = f"/thumb/{IMAGE_ID}/m"
IMMUTABLE = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"


def opened(response: Any) -> Pillow.Image:
    return Pillow.open(io.BytesIO(response.content))


def test_a_picture_is_fetched_once_and_its_size_learned(
    client: Client, shown: PictureState, proxied: PictureHost
) -> None:
    for size, side in (("s", 192), ("m", 384), ("l", 640)):
        response = client.get(f"/thumb/{IMAGE_ID}/{size}", headers=WEBP)
        assert (response["Content-Type"], max(opened(response).size)) == ("image/webp", side)
    assert (shown.image_id, shown.state, shown.source) == (IMAGE_ID, "fresh", "thumbnail")
    assert (shown.width, shown.height) == (640, 480)
    assert len(proxied.requests) == 1


def test_with_its_version_it_is_kept_for_good(client: Client, shown: PictureState) -> None:
    response = client.get(f"{TILE}?v={shown.version}", headers=WEBP)
    assert response["Cache-Control"] == IMMUTABLE
    assert response["ETag"] == f'"{shown.version}-384-webp"'


def test_without_or_with_another_version_it_is_kept_five_minutes(client: Client, shown: PictureState) -> None:
    for asked in ("", "?v=0123456789abcdef", "?v=../../etc/passwd", "?v=", "?url=https://127.0.0.1/"):
        response = client.get(TILE + asked, headers=WEBP)
        assert (response.status_code, response["Cache-Control"]) == (200, FIVE_MINUTES)
        assert response["ETag"] == f'"{shown.version}-384-webp"'


def test_with_its_version_two_queries_ask_whether_the_image_is_shown_and_for_its_picture(
    client: Client, shown: PictureState, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        client.get(f"{TILE}?v={shown.version}", headers=WEBP)


def test_a_warm_picture_goes_at_once_with_its_image_and_comes_back_with_it(client: Client, shown: PictureState) -> None:
    warm = f"{TILE}?v={shown.version}"
    assert client.get(warm, headers=WEBP).status_code == 200
    Hiding.objects.create(image_key=shown.pk, hidden=True, by="rita")
    assert client.get(warm, headers=WEBP).status_code == 404
    Hiding.objects.create(image_key=shown.pk, hidden=False, by="rita")
    assert client.get(warm, headers=WEBP).status_code == 200
    assert client.get(warm.replace(IMAGE_ID, "f" * 16), headers=WEBP).status_code == 404


def test_a_picture_that_another_node_has_is_fetched_here_or_its_tile_is_kept_by_no_cache(
    client: Client, shown: PictureState, proxied: PictureHost
) -> None:
    address = f"{TILE}?v={shown.version}"
    current_service().cache.forget(IMAGE_ID)  # as on a node that never fetched it
    assert client.get(address, headers=WEBP)["Cache-Control"] == IMMUTABLE
    assert len(proxied.requests) == 2
    current_service().cache.forget(IMAGE_ID)
    proxied.answers[path_of(THUMBNAIL)] = proxied.answers[path_of(ORIGINAL)] = Answer(status=500)
    response = client.get(address, headers=WEBP)
    assert (response["X-Picture-State"], response["Cache-Control"]) == ("error", "no-store")


def test_a_picture_that_another_node_learned_is_gone_is_shown_no_longer(client: Client, shown: PictureState) -> None:
    address, version = f"{TILE}?v={shown.version}", shown.version
    later = timezone.now() + dt.timedelta(days=1)
    PictureState.objects.update(state="dead", version="", source="", retry_at=later)
    assert client.get(address, headers=WEBP)["X-Picture-State"] == "dead"
    PictureState.objects.update(state="fresh", version=version, source="thumbnail")
    assert current_service().cached(IMAGE_ID, version, Output(384, "webp")) is None, "its files went, too"


def test_few_queries_without(client: Client, shown: PictureState, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        client.get(TILE, headers=WEBP)


def test_the_policy_of_pages_is_not_worked_out(
    client: Client, shown: PictureState, proxied: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csp.middleware.build_policy", lambda **_: pytest.fail("It takes as long as a query."))
    assert client.get(f"{TILE}?v={shown.version}", headers=WEBP)["Content-Security-Policy"] == "default-src 'none'"


def test_headers_are_ours_alone(client: Client, shown: PictureState, proxied: PictureHost) -> None:
    response = client.get(f"{TILE}?v={shown.version}", headers=WEBP)
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Vary"] == "Accept"
    assert not response.cookies
    assert int(response["Content-Length"]) == len(response.content)


def test_nothing_of_the_hosts_headers_is_passed_on(client: Client, proxied: PictureHost) -> None:
    create_image()
    evil = {"Set-Cookie": "a=b", "X-Evil": "1", "Content-Type": "text/html", "Refresh": "0; url=https://evil.example"}
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(), headers=evil)
    response = client.get(TILE)
    assert response["Content-Type"] == "image/jpeg"
    assert not {"X-Evil", "Refresh", "Set-Cookie"} & set(response.headers)
    assert not response.cookies


@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
def test_what_the_browser_has_is_not_sent_again(known: str, client: Client, shown: PictureState) -> None:
    etag = f'"{shown.version}-384-webp"'
    response = client.get(TILE, headers=WEBP | {"if-none-match": known.format(etag=etag)})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Cache-Control"] == FIVE_MINUTES


def test_another_etag_gets_the_picture(client: Client, shown: PictureState) -> None:
    assert client.get(TILE, headers=WEBP | {"if-none-match": '"other"'}).status_code == 200


def test_etags_differ_by_size_and_format(client: Client, shown: PictureState) -> None:
    addresses = [f"/thumb/{IMAGE_ID}/{size}" for size in "sml"]
    etags = {client.get(at, headers={"accept": accept})["ETag"] for at in addresses for accept in ("image/webp", "*/*")}
    assert len(etags) == 6


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        (WEBP["accept"], "webp"),
        ("image/webp", "webp"),
        ("image/webp;q=0.5", "webp"),
        ("image/webp;q=0", "jpeg"),
        ("image/webp; q=0.0, image/jpeg", "jpeg"),
        ("image/webp;q=nonsense", "webp"),
        ("image/webp;q=..", "webp"),
        ("IMAGE/WEBP", "webp"),
        ("image/webp;Q=0", "jpeg"),
        ("image/webp;foo=1;q=0, */*", "jpeg"),
        ("image/webp;x*=bogus''%41", "jpeg"),
        ("image/webp;x*=bogus''%41, image/webp", "webp"),
        ("image/webpx, x/image/webp", "jpeg"),
        ("image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "jpeg"),
        ("*/*", "jpeg"),
        ("", "jpeg"),
    ],
)
def test_webp_for_who_takes_it(accept: str, encoding: str) -> None:
    assert encoding_for(accept) == encoding


def test_head_is_get_without_body(client: Client, shown: PictureState) -> None:
    headers = WEBP | {"X-Request-ID": "the-same-for-both"}
    got, head = client.get(TILE, headers=headers), client.head(TILE, headers=headers)
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/thumb/0000000000000001/m",
        f"/thumb/{IMAGE_ID}/x",
        f"/thumb/{IMAGE_ID}/xl",
        f"/thumb/{IMAGE_ID.upper()}/m",
        f"/thumb/{IMAGE_ID}0/m",
        f"/thumb/{IMAGE_ID}/m/",
        f"/thumb/{IMAGE_ID}/m%0A",
        "/thumb/../../etc/passwd/m",
        "/thumb/https://c1.staticflickr.com/a.jpg/m",
    ],
)
def test_anything_else_is_not_found(path: str, client: Client, shown: PictureState, proxied: PictureHost) -> None:
    asked = len(proxied.requests)
    assert client.get(path).status_code == 404
    assert len(proxied.requests) == asked


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_but_reading(method: str, client: Client, shown: PictureState) -> None:
    assert getattr(client, method)(TILE).status_code == 405


def test_a_dead_picture_is_a_neutral_tile(client: Client, proxied: PictureHost) -> None:
    create_image()
    response = client.get(TILE, headers=WEBP)
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response["X-Picture-State"] == "dead"
    assert response["Cache-Control"] == FIVE_MINUTES
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert b"No longer at its source" in response.content
    asked = len(proxied.requests)
    again = client.get(TILE, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again["X-Picture-State"]) == (304, "dead")
    assert len(proxied.requests) == asked


@pytest.mark.parametrize("status", PictureStatus)
def test_neutral_tiles_draw_and_say_nothing_but_our_words(status: PictureStatus) -> None:
    svg = neutral_tile(status.words).decode()
    assert svg.count(status.words) == 2
    drawn = tree(svg)
    assert {one.tag for one in drawn.walk()} == {"", *["svg", "title", "style", "g", "rect", "circle", "path", "text"]}
    assert not [name for one in drawn.walk() for name in one.attributes if name.startswith("on") or "href" in name]
    assert not any(text in svg for text in ("url(", "@import", "<!"))
    assert "&lt;b&gt;" in neutral_tile("<b>").decode()


def test_neutral_tiles_are_legible() -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    svg = neutral_tile("words").decode()
    for colours in (LIGHT, DARK):
        darker, lighter = sorted(map(luminance, colours))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
        assert all(colour in svg for colour in colours)


def test_a_picture_on_its_way_is_a_neutral_tile_for_seconds(client: Client, proxied: PictureHost) -> None:
    create_image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(429)
    response = client.get(TILE)
    assert (response["X-Picture-State"], response["Cache-Control"]) == ("pending", "public, max-age=5")
    assert response["Retry-After"] == "5"
    assert not PictureState.objects.exists()


def test_a_web_server_in_front_may_send_the_file(client: Client, shown: PictureState, settings: Settings) -> None:
    settings.THUMBNAIL_X_ACCEL_PREFIX = "/_thumbnails/"
    for asked in ("", f"?v={shown.version}"):
        response = client.get(TILE + asked, headers=WEBP)
        inside = response["X-Accel-Redirect"]
        assert response.content == b""
        assert re.fullmatch(r"/_thumbnails/renderings/[0-9a-f]{2}/[0-9a-f]{32}-[0-9a-f]{16}\.webp", inside)
        file = Path(settings.THUMBNAIL_DIR) / inside.removeprefix("/_thumbnails/")
        assert max(Pillow.open(io.BytesIO(file.read_bytes())).size) == 384
        assert (response["ETag"], response["Content-Type"]) == (f'"{shown.version}-384-webp"', "image/webp")


def test_the_web_server_in_front_hands_on_every_header(shown: PictureState, settings: Settings) -> None:
    """nginx keeps the first ones of the answer that names the file, and no other."""
    settings.THUMBNAIL_X_ACCEL_PREFIX = "/_thumbnails/"
    settings.SECURE_HSTS_SECONDS = 60
    response = Client().get(f"{TILE}?v={shown.version}", headers=WEBP, secure=True)
    kept = {"Content-Type", "Content-Length", "Cache-Control", "X-Accel-Redirect"}
    assert kept <= set(response.headers)
    block = re.search(r"location /_thumbnails/ \{\n(.*?)\n +\}", NGINX.read_text(), re.DOTALL)
    assert block is not None
    lines = {line.strip() for line in block[1].splitlines()}
    added = {
        f"add_header {name} $upstream_http_{name.lower().replace('-', '_')};" for name in set(response.headers) - kept
    }
    assert added | {"internal;", "etag off;", 'add_header Last-Modified "";'} <= lines
    assert len(added) == 10


def test_a_full_disk_is_no_error(client: Client, proxied: PictureHost, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").touch()
    settings.THUMBNAIL_DIR = tmp_path / "full" / "thumbnails"
    settings.THUMBNAIL_X_ACCEL_PREFIX = "/_thumbnails/"
    create_image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(640, 480))
    for _ in range(2):
        assert opened(client.get(TILE)).size == (384, 288)


def test_many_clients_of_a_cold_picture_are_one_fetch(proxied: PictureHost) -> None:
    create_image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(640, 480), delay_s=0.1)

    def visit(_: int) -> tuple[int, str]:
        try:
            response = Client().get(TILE, headers=WEBP)
            return response.status_code, response["Content-Type"]
        finally:
            connection.close()

    with ThreadPoolExecutor(40) as threads:
        answers = set(threads.map(visit, range(200)))
    assert answers == {(200, "image/webp")}
    assert len(proxied.requests) == 1


def test_local_pictures_need_no_network(
    client: Client, proxied: PictureHost, settings: Settings, tmp_path: Path
) -> None:
    create_image()
    (tmp_path / f"{IMAGE_ID}.jpg").write_bytes(photo(100, 80))
    settings.OPENIMAGES_IMAGE_ROOT = tmp_path
    assert opened(client.get(TILE)).size == (100, 80)
    assert proxied.requests == []


@pytest.mark.parametrize("mode", ["local", "direct"])
def test_only_the_proxy_goes_to_the_network(
    mode: str, client: Client, proxied: PictureHost, settings: Settings
) -> None:
    settings.THUMBNAILS = mode
    create_image()
    response = client.get(TILE)
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/svg+xml", FIVE_MINUTES)
    assert proxied.requests == []


@pytest.mark.parametrize("mode", ["local", "direct"])
def test_what_was_fetched_before_is_not_shown_once_the_network_is_switched_off(
    mode: str, client: Client, shown: PictureState, settings: Settings, tmp_path: Path
) -> None:
    settings.THUMBNAILS = mode
    for address in (TILE, f"{TILE}?v={shown.version}"):
        assert client.get(address, headers=WEBP)["Content-Type"] == "image/svg+xml"
    settings.OPENIMAGES_IMAGE_ROOT = tmp_path
    (tmp_path / f"{IMAGE_ID}.jpg").write_bytes(photo(100, 80))
    assert opened(client.get(TILE, headers=WEBP)).size == (100, 80)
    version = PictureState.objects.get().version
    assert client.get(f"{TILE}?v={version}", headers=WEBP)["Cache-Control"] == IMMUTABLE


def test_the_picture_of_an_image_that_the_data_set_has_no_longer_is_not_found(
    client: Client, shown: PictureState
) -> None:
    Image.objects.all().delete()
    for address in (TILE, f"{TILE}?v={shown.version}"):
        assert client.get(address, headers=WEBP).status_code == 404


def test_neutral_tiles_of_other_contents_have_other_etags(
    client: Client, proxied: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_image()
    before = client.get(TILE)["ETag"]
    monkeypatch.setattr(neutral, "LIGHT", ("#ffffff", "#000000"))
    assert client.get(TILE)["ETag"] != before


def test_sources_can_be_switched_off(client: Client, proxied: PictureHost, settings: Settings) -> None:
    settings.THUMBNAIL_SOURCES = ["original", "bucket"]
    create_image()
    client.get(TILE)
    assert proxied.paths() == [f"/train/{IMAGE_ID}.jpg", path_of(ORIGINAL)]


def test_a_rotation_of_the_data_set_is_applied(client: Client, proxied: PictureHost) -> None:
    create_image(rotation=90)
    proxied.answers[f"/train/{IMAGE_ID}.jpg"] = Answer(body=photo(100, 50))
    assert opened(client.get(TILE)).size == (50, 100)
    assert (PictureState.objects.get().width, PictureState.objects.get().height) == (50, 100)
