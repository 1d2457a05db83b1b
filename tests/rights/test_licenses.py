"""License URLs in every spelling, and what the deeds call them."""

import hashlib
from dataclasses import replace

import pytest

from browse.rights import Kind, license_from_url
from browse.rights.jurisdictions import JURISDICTION_NAMES, PORTS

CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("path", "slug", "name", "short_name"),
    [
        ("licenses/by/2.0", "cc-by-2.0", "Attribution 2.0 Generic", "CC BY 2.0"),
        ("licenses/by/2.0/fr", "cc-by-2.0-fr", "Attribution 2.0 France", "CC BY 2.0 FR"),
        ("licenses/by/2.0/uk", "cc-by-2.0-uk", "Attribution 2.0 UK: England & Wales", "CC BY 2.0 UK"),
        ("licenses/by/2.5/scotland", "cc-by-2.5-scotland", "Attribution 2.5 UK: Scotland", "CC BY 2.5 SCOTLAND"),
        ("licenses/by/3.0/igo", "cc-by-3.0-igo", "Attribution 3.0 IGO", "CC BY 3.0 IGO"),
        ("licenses/by/1.0", "cc-by-1.0", "Attribution 1.0 Generic", "CC BY 1.0"),
        ("licenses/by/2.1/jp", "cc-by-2.1-jp", "Attribution 2.1 Japan", "CC BY 2.1 JP"),
        ("licenses/by-sa/2.5", "cc-by-sa-2.5", "Attribution-ShareAlike 2.5 Generic", "CC BY-SA 2.5"),
        ("licenses/by-sa/3.0", "cc-by-sa-3.0", "Attribution-ShareAlike 3.0 Unported", "CC BY-SA 3.0"),
        ("licenses/by-sa/3.0/de", "cc-by-sa-3.0-de", "Attribution-ShareAlike 3.0 Germany", "CC BY-SA 3.0 DE"),
        ("licenses/by-nc/4.0", "cc-by-nc-4.0", "Attribution-NonCommercial 4.0 International", "CC BY-NC 4.0"),
        ("licenses/by-nd/2.0", "cc-by-nd-2.0", "Attribution-NoDerivs 2.0 Generic", "CC BY-ND 2.0"),
        ("licenses/by-nd/4.0", "cc-by-nd-4.0", "Attribution-NoDerivatives 4.0 International", "CC BY-ND 4.0"),
        (
            "licenses/by-nc-nd/4.0",
            "cc-by-nc-nd-4.0",
            "Attribution-NonCommercial-NoDerivatives 4.0 International",
            "CC BY-NC-ND 4.0",
        ),
        (
            "licenses/by-nc-sa/2.0",
            "cc-by-nc-sa-2.0",
            "Attribution-NonCommercial-ShareAlike 2.0 Generic",
            "CC BY-NC-SA 2.0",
        ),
        (
            "licenses/by-nd-nc/1.0",
            "cc-by-nd-nc-1.0",
            "Attribution-NoDerivs-NonCommercial 1.0 Generic",
            "CC BY-ND-NC 1.0",
        ),
        ("licenses/nc-sa/1.0", "cc-nc-sa-1.0", "NonCommercial-ShareAlike 1.0 Generic", "CC NC-SA 1.0"),
        ("licenses/nd-nc/2.0/jp", "cc-nd-nc-2.0-jp", "NoDerivs-NonCommercial 2.0 Japan", "CC ND-NC 2.0 JP"),
        ("licenses/sampling+/1.0", "cc-sampling-plus-1.0", "Sampling Plus 1.0 Generic", "CC SAMPLING+ 1.0"),
        ("licenses/devnations/2.0", "cc-devnations-2.0", "Developing Nations 2.0 Generic", "CC DEVNATIONS 2.0"),
        ("publicdomain/zero/1.0", "cc0-1.0", "CC0 1.0 Universal", "CC0 1.0"),
        ("publicdomain/mark/1.0", "pdm-1.0", "Public Domain Mark 1.0 Universal", "PDM 1.0"),
    ],
)
def test_a_creative_commons_url_gives_slug_official_names_and_deed(path, slug, name, short_name):
    info = license_from_url(f"{CC}/{path}/")
    assert (info.slug, info.name, info.short_name, info.deed_url) == (slug, name, short_name, f"{CC}/{path}/")


@pytest.mark.parametrize(
    "url",
    [
        "https://creativecommons.org/licenses/by/2.0/",
        "http://creativecommons.org/licenses/by/2.0/",
        "https://creativecommons.org/licenses/by/2.0",
        "http://creativecommons.org/licenses/by/2.0",
        "HTTPS://CreativeCommons.org/licenses/BY/2.0/",
        "https://www.creativecommons.org/licenses/by/2.0/",
        "https://creativecommons.org/licenses/by/2.0//",
        "https://creativecommons.org//licenses/by/2.0/",
        "https://creativecommons.org/licenses/by/2.0/deed",
        "https://creativecommons.org/licenses/by/2.0/deed.en",
        "https://creativecommons.org/licenses/by/2.0/deed.en_US",
        "https://creativecommons.org/licenses/by/2.0/deed.zh-hans",
        "https://creativecommons.org/licenses/by/2.0/deed.sr@latin",
        "https://creativecommons.org/licenses/by/2.0/legalcode",
        "https://creativecommons.org/licenses/by/2.0/legalcode.fr",
        "https://creativecommons.org/licenses/by/2.0/legalcode.txt",
        "https://creativecommons.org/licenses/by/2.0/rdf",
        "https://creativecommons.org/licenses/by/2.0/?lang=fr",
        "https://creativecommons.org/licenses/by/2.0/deed.de#Attribution",
        "  https://creativecommons.org/licenses/by/2.0/ ",
    ],
)
def test_spellings_of_one_license_are_one_value(url):
    assert license_from_url(url) == license_from_url(f"{CC}/licenses/by/2.0/")
    assert license_from_url(url).slug == "cc-by-2.0"


def test_the_port_stays_when_a_deed_in_another_language_is_named():
    assert license_from_url("http://creativecommons.org/licenses/by/2.0/uk/deed.fr").slug == "cc-by-2.0-uk"


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("licenses/by-nc-nd/1.0/", "cc-by-nd-nc-1.0"),
        ("licenses/by-nc-nd/1.0/fi/deed.fi", "cc-by-nd-nc-1.0-fi"),
        ("licenses/publicdomain/", "pddc-1.0-us"),
        ("licenses/sampling%2B/1.0/", "cc-sampling-plus-1.0"),
    ],
)
def test_addresses_that_lead_to_another_one_give_that_license(path, slug):
    info = license_from_url(f"{CC}/{path}")
    assert info.slug == slug
    assert license_from_url(info.deed_url or "") == info


UNKNOWN = [
    "https://creativecommons.org/licenses/by/9.0/",
    "https://creativecommons.org/licenses/by/2.0/xx/",
    "https://creativecommons.org/licenses/by/4.0/fr/",
    "https://creativecommons.org/licenses/by/3.0/jp/",
    "https://creativecommons.org/licenses/by/2.1/",
    "https://creativecommons.org/licenses/nd/2.0/",
    "https://creativecommons.org/licenses/by-everything/2.0/",
    "https://creativecommons.org/licenses/by/2.0/fr/fr/",
    "https://creativecommons.org/licenses/by/",
    "https://creativecommons.org/",
    "https://creativecommons.org.example/licenses/by/2.0/",
    "https://example.org/?https://creativecommons.org/licenses/by/2.0/",
    "https://notcreativecommons.org/licenses/by/2.0/",
    "ftp://creativecommons.org/licenses/by/2.0/",
    "https://www.flickr.com/commons/usage/",
    "javascript:alert(1)",
    "All rights reserved",
    "License française № 4 🙂",
    "https://creativecommons.org/licenses/by/2.0/" + "/" * 5000 + "x",
]


@pytest.mark.parametrize("url", UNKNOWN)
def test_an_unknown_url_is_kept_and_shown_as_it_is(url):
    info = license_from_url(url)
    assert info.kind is Kind.OTHER
    assert info.slug == "other-" + hashlib.sha256(url.encode()).hexdigest()[:8]
    assert info.name == info.short_name == url


@pytest.mark.parametrize("url", UNKNOWN)
def test_an_unknown_url_is_a_link_only_where_it_is_a_web_address(url):
    deed_url = license_from_url(url).deed_url
    assert deed_url == (url if url.startswith("https://") else None)


@pytest.mark.parametrize("url", ["", " ", "\t\n"])
def test_no_url_is_no_license(url):
    info = license_from_url(url)
    assert (info.slug, info.kind, info.deed_url) == ("none", Kind.NONE, None)


def test_http_and_a_slash_make_a_difference_only_to_unknown_urls():
    assert license_from_url("http://example.org/l").slug != license_from_url("https://example.org/l").slug
    assert license_from_url("https://example.org/l").slug != license_from_url("https://example.org/l/").slug


def test_every_published_license_has_its_own_slug_name_and_deed():
    urls = [
        f"{CC}/licenses/{unit}/{version}/{port}"
        for (unit, version), ports in PORTS.items()
        for port in (*ports, "")
        if license_from_url(f"{CC}/licenses/{unit}/{version}/{port}").kind is Kind.LICENSE
    ]
    infos = [license_from_url(url) for url in urls]
    assert len(infos) == len({info.slug for info in infos}) == len({info.name for info in infos}) == 636
    assert all(license_from_url(info.deed_url or "") == info for info in infos)


def test_every_port_has_a_name():
    assert set().union(*PORTS.values()) == set(JURISDICTION_NAMES)


def test_the_value_is_frozen():
    info = license_from_url(f"{CC}/licenses/by/2.0/")
    assert replace(info) == info
    with pytest.raises(AttributeError):
        info.slug = "x"  # type: ignore[misc]
