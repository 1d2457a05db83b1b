"""Whose a picture is and on what terms: licences, authors' keys and attribution in every format."""

from browse.rights.authors import author_key
from browse.rights.credit import Credit, Creditable, credit_of
from browse.rights.formats import Attribution, attribution
from browse.rights.licenses import Kind, LicenseInfo, license_from_url
from browse.rights.links import web_link
from browse.rights.listing import LicenseCheck, license_note

__all__ = [
    "Attribution",
    "Credit",
    "Creditable",
    "Kind",
    "LicenseCheck",
    "LicenseInfo",
    "attribution",
    "author_key",
    "credit_of",
    "license_from_url",
    "license_note",
    "web_link",
]
