"""Which addresses may become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.rights import web_link
from browse.rights.links import spelt
from tests.drawn import drawn

PIECES = (
    *("ab", "a.b", "9", "80", "A", "é", "%20"),
    *("-", ".", "/", "//", ":", "?", "#", "@", "!$&'()*+,;=~_", "%", "[", "]", "\\"),
)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.flickr.com/photos/tvol/1", "https://www.flickr.com/photos/tvol/1"),
        ("http://www.flickr.com/photos/12345678@N00/1/", "http://www.flickr.com/photos/12345678@N00/1/"),
        ("HTTPS://Example.org/Path", "https://example.org/Path"),
        ("https://example.org:8443/x?a=1&b=2#c", "https://example.org:8443/x?a=1&b=2#c"),
        ("https://example.org", "https://example.org"),
        (" https://example.org/ ", "https://example.org/"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://example.org/\"><script>'", "https://example.org/%22%3E%3Cscript%3E'"),
        ("https://example.org/{a}|b^c`d", "https://example.org/%7Ba%7D%7Cb%5Ec%60d"),
        ("https://müller.example/x", "https://xn--mller-kva.example/x"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("https://example.org/example.org/x", "https://example.org/example.org/x"),
        ("http://t/x", "http://t/x"),  # The host's name is a part of the scheme's.
        ("https://http/https://x", "https://http/https://x"),
    ],
)
def test_web_addresses_are_links_in_ascii(url, link):
    assert web_link(url) == link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "//example.org/x",
        "/photos/x",
        "www.flickr.com/photos/x",
        "https:example.org",
        "https://",
        "https:///x",
        "https://user:secret@example.org/",
        "https://www.flickr.com@evil.example/",
        "https://www.flickr.com\\@evil.example/",
        "https://example.org/a\\b",
        "https://example.org/a b",
        "https://example.org/a\nb",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\u200bx",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[::1/",
        "https://-example.org/",
        "https://ex<ample.org/",
        "https://\ud800.example/",
    ],
)
def test_anything_else_is_no_link(url):
    assert web_link(url) is None


@drawn(quick=300, deep=4_000)
@given(
    st.builds(
        str.__add__,
        st.sampled_from(["http://", "https://a", "https://a.b/"]),
        st.lists(st.sampled_from(PIECES)).map("".join),
    )
)
def test_what_is_spelt_right_already_is_taken_as_it_is(url):
    assert web_link(url) == spelt(url)
