"""What an image may be called by, and what is none of that."""

from __future__ import annotations

import pytest

from browse.domain.image_names import flickr_photo, image_id_beginning, md5_digest

ID = "00a1b2c3d4e5f607"


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        (ID, ID),
        (ID.upper(), ID),
        (f"{ID}.jpg", ID),
        (f"train/{ID}", ID),
        (f"validation/{ID}.jpg", ID),
        ("00a1", "00a1"),
        (ID[:15], ID[:15]),
        ("00a", None),
        (f"{ID}0", None),
        (f"other/{ID}", None),
        ("00a1.jpg", None),
        (f"{ID}.png", None),
        ("dog", None),
        ("\u0661\u0662\u0663\u0664", None),
        ("", None),
    ],
)
def test_an_image_id_is_found_whole_or_by_its_beginning(text: str, beginning: str | None) -> None:
    assert image_id_beginning(text) == beginning


@pytest.mark.parametrize(
    ("text", "photo"),
    [
        ("1234567890", 1234567890),
        ("https://www.flickr.com/photos/ann/123", 123),
        ("http://flickr.com/photos/12345678@N00/123/", 123),
        ("www.flickr.com/photos/ann/123/in/photostream/", 123),
        ("https://m.flickr.com/photos/ann/123?x=1#y", 123),
        ("https://farm1.staticflickr.com/1/123_abc_o.jpg", 123),
        ("https://c2.staticflickr.com/9/8/123_abc_z.jpg?zz=1", 123),
        ("https://farm4.static.flickr.com/3/123_abc.jpg", 123),
        ("https://flic.kr/p/4v1", 3 * 58 * 58 + 29 * 58 + 0),
        ("https://www.flickr.com/photos/ann/", None),
        ("https://www.flickr.com/photos/ann/albums/123", None),
        ("https://example.org/photos/ann/123", None),
        ("https://notflickr.com/photos/ann/123", None),
        ("12345678901234567890", None),
        ("dog", None),
    ],
)
def test_a_photo_is_found_by_id_and_addresses(text: str, photo: int | None) -> None:
    assert flickr_photo(text) == photo


@pytest.mark.parametrize("text", ["AAECAwQFBgcICQoLDA0ODw==", bytes(range(16)).hex(), bytes(range(16)).hex().upper()])
def test_a_checksum_is_read_in_base64_and_hex(text: str) -> None:
    assert md5_digest(text) == bytes(range(16))


@pytest.mark.parametrize("text", ["AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx==", "0" * 31, "0" * 33, "dog", ""])
def test_what_is_no_checksum_is_none(text: str) -> None:
    assert md5_digest(text) is None
