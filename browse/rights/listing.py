"""What may be said of a picture's license: the data set lists it; whether it holds, only a check can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from browse.rights.licenses import Kind, LicenseInfo, license_from_url
from browse.rights.texts import one_line


@dataclass(frozen=True)
class SourceCheck:
    """Somebody's look at the source page: when, and the URL of the license found there."""

    checked_on: date
    license_url: str | None
    """None where the page was gone, empty where it names no license."""


def license_note(license_: LicenseInfo, check: SourceCheck | None = None) -> str:
    """A sentence such as "Listed as CC BY 2.0 in the data set; not checked since."."""
    name = one_line(license_.short_name if license_.kind is Kind.LICENSE else license_.name)
    listed = "without a license" if license_.kind is Kind.NONE else f"as {name}"
    return f"Listed {listed} in the data set; {_checked(license_, check)}."


def _checked(license_: LicenseInfo, check: SourceCheck | None) -> str:
    if check is None:
        return "not checked since"
    when = f"checked on {check.checked_on.isoformat()}"
    if check.license_url is None:
        return f"{when}, when its page was gone"
    found = license_from_url(check.license_url)
    if found.slug == license_.slug:
        return f"{when}, when its page said the same"
    if found.kind is Kind.NONE:
        return f"{when}, when its page named no license"
    name = found.short_name if found.kind is Kind.LICENSE else found.name
    return f"{when}, when its page said {one_line(name)}"
