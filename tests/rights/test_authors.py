"""The key of an author, from the profile's URL."""

import hashlib

import pytest

from browse.rights import author_key
from browse.rights.authors import flickr_account


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.flickr.com/people/tvol/", "tvol"),
        ("https://www.flickr.com/people/tvol", "tvol"),
        ("http://www.flickr.com/people/tvol/", "tvol"),
        ("https://flickr.com/people/tvol/", "tvol"),
        ("HTTPS://WWW.Flickr.com/people/TVol/", "TVol"),
        ("https://www.flickr.com/people/12345678@N00/", "12345678@N00"),
        ("https://www.flickr.com/people/12345678%40N00/", "12345678%40N00"),
        ("https://www.flickr.com/people/a_b-c.d/", "a_b-c.d"),
        ("https://www.flickr.com/people/caf%C3%A9/?x=/y/#z", "caf%C3%A9"),
        ("https://www.flickr.com/people/groups/tvol/", "tvol"),
        ("https://www.flickr.com/people/tvol//", "tvol"),
        ("flickr.com/people/tvol/", "tvol"),
    ],
)
def test_a_flickr_profile_is_keyed_by_its_last_path_segment_as_it_stands(url, key):
    assert author_key(url) == key


@pytest.mark.parametrize(
    "url",
    [
        "https://www.flickr.com/people/",
        "https://www.flickr.com/photos/tvol/",
        "https://notflickr.com/people/tvol/",
        "https://flickr.com.example/people/tvol/",
        "https://example.org/flickr.com/people/tvol/",
        "https://example.org/users/7",
        "mailto:someone@example.org",
        "nobody",
        "https://example.org/é🙂",
    ],
)
def test_any_other_url_is_keyed_by_its_hash(url):
    assert author_key(url) == "x-" + hashlib.sha256(url.encode()).hexdigest()[:12]
    assert flickr_account(url) is None


@pytest.mark.parametrize("url", ["", "  "])
def test_without_a_url_there_is_no_key(url):
    assert author_key(url) is None
