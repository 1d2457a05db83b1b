"""Whose a picture is and on what terms: licenses, authors' keys and attribution in every format."""

from browse.rights.authors import author_key
from browse.rights.checks import check_fault
from browse.rights.credit import CHANGES, Credit, Creditable, credit_of
from browse.rights.formats import Attribution, attribution
from browse.rights.licenses import Kind, LicenseInfo, license_from_url
from browse.rights.links import web_link
from browse.rights.listing import SourceCheck, license_note

__all__ = [
    "CHANGES",
    "Attribution",
    "Credit",
    "Creditable",
    "Kind",
    "LicenseInfo",
    "SourceCheck",
    "attribution",
    "author_key",
    "check_fault",
    "credit_of",
    "license_from_url",
    "license_note",
    "web_link",
]
