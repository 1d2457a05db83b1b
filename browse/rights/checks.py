"""Whether a license check says what it claims: what was seen, held against what the data set lists."""

from __future__ import annotations

from browse.rights.licenses import Kind, LicenseInfo, license_from_url


def check_fault(listed_url: str, *, result: str, observed: str) -> str:
    """Why this check contradicts itself or leaves out what it claims; empty where it does not.

    listed_url: the license's URL in the data set, empty for none. result: `as-listed`, `other`, `gone` or `unclear`.
    observed: the URL or name of the license seen, perhaps empty.
    """
    listed = license_from_url(listed_url)
    seen = observed.strip()
    if result == "other" and not seen:
        return "another license needs the license that was seen: its URL or name"
    if result == "other" and _is_same(listed, seen):
        return f"{seen} is the license that the data set lists, so the result is that it is as listed"
    if result == "as-listed" and seen and not _is_same(listed, seen):
        return f"{seen} is not the license that the data set lists, so the result is another license"
    if result == "gone" and seen:
        return "a page that is no longer there shows no license, so leave the license seen empty"
    return ""


def _is_same(listed: LicenseInfo, seen: str) -> bool:
    """Whether this URL or name means the license listed."""
    if listed.kind is Kind.NONE:
        return False
    return license_from_url(seen).slug == listed.slug or _letters(seen) in {
        _letters(name) for name in (listed.short_name, listed.name, listed.slug)
    }


def _letters(text: str) -> str:
    """Letters and digits alone: "CC BY 2.0" and "cc-by-2.0" are spelled alike."""
    return "".join(character for character in text.casefold() if character.isalnum())
