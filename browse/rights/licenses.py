"""A license as a value, read from the URL by which the data set names it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from browse.rights.jurisdictions import JURISDICTION_NAMES, PORTED_ONLY, PORTS, UNPORTED
from browse.rights.links import web_link


class Kind(Enum):
    """How a work relates to what its license URL points at."""

    LICENSE = "license"
    """A Creative Commons license: a work *is licensed under* it."""
    PUBLIC_DOMAIN = "public domain"
    """CC0, the Public Domain Mark and their forerunner: a work *is marked with* it."""
    OTHER = "other"
    """A URL that we do not know, kept and shown as it is."""
    NONE = "none"
    """No URL at all."""


@dataclass(frozen=True)
class LicenseInfo:
    """What is known of a license from its URL."""

    slug: str
    """`cc-by-2.0`, `cc-by-2.0-fr`, `cc0-1.0`, `pdm-1.0`, `other-` and 8 hex digits, or `none`."""
    name: str
    """As the deed's heading has it: "Attribution 2.0 Generic"; an unknown URL as it is."""
    short_name: str
    """As the deed abbreviates it: "CC BY 2.0"; an unknown URL as it is."""
    deed_url: str | None
    """Where to read it: the deed's https address, an unknown http(s) URL itself, None where there is no page."""
    kind: Kind


_UNIT_NAMES = {
    "by": "Attribution",
    "by-nc": "Attribution-NonCommercial",
    "by-nc-nd": "Attribution-NonCommercial-NoDerivs",
    "by-nc-sa": "Attribution-NonCommercial-ShareAlike",
    "by-nd": "Attribution-NoDerivs",
    "by-nd-nc": "Attribution-NoDerivs-NonCommercial",
    "by-sa": "Attribution-ShareAlike",
    "devnations": "Developing Nations",
    "nc": "NonCommercial",
    "nc-sa": "NonCommercial-ShareAlike",
    "nc-sampling+": "NonCommercial Sampling Plus",
    "nd": "NoDerivs",
    "nd-nc": "NoDerivs-NonCommercial",
    "sa": "ShareAlike",
    "sampling": "Sampling",
    "sampling+": "Sampling Plus",
}

# A deed or legal code page, in any language, leads to the same license: deed.fr, legalcode.zh-Hans.txt, rdf.
_CC_URL = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/+(?P<path>[a-z0-9+%./-]+?)"
    r"(?:/+(?:(?:deed|legalcode)(?:[._-][a-z_@-]+)*|rdf))?/*(?:[?#].*)?",
    re.IGNORECASE,
)
_LICENSE_PATH = re.compile(r"licenses/(?P<unit>[a-z+-]+)/(?P<version>\d\.\d)(?:/(?P<port>[a-z]+))?")

_PUBLIC_DOMAIN_TOOLS = {
    "publicdomain/zero/1.0": ("cc0-1.0", "CC0 1.0 Universal", "CC0 1.0"),
    "publicdomain/mark/1.0": ("pdm-1.0", "Public Domain Mark 1.0 Universal", "PDM 1.0"),
    "publicdomain/certification/1.0/us": (
        "pddc-1.0-us",
        "Copyright-Only Dedication (based on United States law) or Public Domain Certification 1.0 United States",
        "PDDC 1.0 US",
    ),
}
# Addresses under which creativecommons.org itself leads to another license.
_MOVED = {
    "licenses/publicdomain": "publicdomain/certification/1.0/us",
    "licenses/by-nc-nd/1.0": "licenses/by-nd-nc/1.0",
}
_MAX_CC_URL_LENGTH = 300

NO_LICENSE = LicenseInfo("none", "No license given", "No license given", None, Kind.NONE)


@lru_cache(maxsize=4096)
def license_from_url(url: str) -> LicenseInfo:
    """The license that a URL names: any Creative Commons license, version and port, CC0 or the Public Domain Mark.

    http and https, a trailing slash, `www.` and a deed's or legal code's page make no difference.
    Any other URL is kept as it is: its slug is `other-` and the first 8 hex digits of its SHA-256.
    """
    text = url.strip()
    if not text:
        return NO_LICENSE
    return _creative_commons(text) or _other(url, text)


def _creative_commons(text: str) -> LicenseInfo | None:
    match = _CC_URL.fullmatch(text) if len(text) <= _MAX_CC_URL_LENGTH else None
    if not match:
        return None
    path = re.sub(r"/+", "/", match["path"].lower().replace("%2b", "+")).strip("/")
    path = next((new + path[len(old) :] for old, new in _MOVED.items() if f"{path}/".startswith(f"{old}/")), path)
    if path in _PUBLIC_DOMAIN_TOOLS:
        slug, name, short_name = _PUBLIC_DOMAIN_TOOLS[path]
        return LicenseInfo(slug, name, short_name, f"https://creativecommons.org/{path}/", Kind.PUBLIC_DOMAIN)
    parts = _LICENSE_PATH.fullmatch(path)
    return _license(parts["unit"], parts["version"], parts["port"] or "") if parts else None


def _license(unit: str, version: str, port: str) -> LicenseInfo | None:
    """The license of that unit, version and port; None where Creative Commons published no such thing."""
    ports = PORTS.get((unit, version))
    if ports is None or (port not in ports if port else (unit, version) in PORTED_ONLY):
        return None
    unit_name = _UNIT_NAMES[unit]
    if version == "4.0":
        unit_name = unit_name.replace("NoDerivs", "NoDerivatives")
    jurisdiction = JURISDICTION_NAMES[port] if port else UNPORTED[version]
    return LicenseInfo(
        slug="-".join(filter(None, ("cc", unit.replace("+", "-plus"), version, port))),
        name=f"{unit_name} {version} {jurisdiction}",
        short_name=" ".join(filter(None, ("CC", unit.upper(), version, port.upper()))),
        deed_url="/".join(filter(None, ("https://creativecommons.org/licenses", unit, version, port))) + "/",
        kind=Kind.LICENSE,
    )


def _other(url: str, text: str) -> LicenseInfo:
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
    return LicenseInfo(f"other-{digest[:8]}", text, text, web_link(text), Kind.OTHER)
