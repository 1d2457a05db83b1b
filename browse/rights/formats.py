"""A picture's attribution as text, HTML, Markdown, BibTeX and JSON.

The form is the one that Creative Commons' recommended practices for attribution give: title, author, source
and license, `"Title" by Author is licensed under CC BY 2.0`, the title linked to the source, the author to the
profile, the license to its deed; in text, where nothing can be linked, the addresses of source and deed stand
in parentheses. CC0 and the Public Domain Mark are no licenses: a work "is marked with" them. What was changed is said
after that: "Cropped from the original."
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from browse.rights.credit import Credit
from browse.rights.kept import kept_property
from browse.rights.licenses import Kind, LicenseInfo, license_from_url
from browse.rights.texts import isolated, one_line

NO_TITLE = "Untitled photo"
_TEXT = "attribution text"
_LICENSES_KEPT = 4096


@dataclass(frozen=True)
class Attribution:
    """The credit of one picture in every format; each is made when it is first asked for."""

    credit: Credit

    @property
    def text(self) -> str:
        """One line of plain text. It is kept with the credit: rows and sheets of a set all have it."""
        kept: dict[str, str] = vars(self.credit)
        if _TEXT not in kept:
            kept[_TEXT] = _text(self.credit)
        return kept[_TEXT]

    @kept_property
    def html(self) -> str:
        """A run of HTML text with links, escaped; for any page, ours or another's, so without marks of our own."""
        return _html(self.credit)

    @kept_property
    def markdown(self) -> str:
        """One line of CommonMark."""
        return _markdown(self.credit)

    @kept_property
    def bibtex(self) -> str:
        """A @misc entry, for BibTeX and biblatex with UTF-8; its note needs the package url or hyperref."""
        return _bibtex(self.credit)

    @kept_property
    def json(self) -> str:
        """A JSON object on several lines; null where unknown. It may stand in an HTML script element."""
        return json.dumps(facts(self.credit), ensure_ascii=False, indent=2).replace("<", "\\u003c")


def attribution(credit: Credit) -> Attribution:
    """The attribution of a picture in every format."""
    return Attribution(credit)


def facts(credit: Credit) -> dict[str, object]:
    """The parts of a credit as JSON has them: cleaned texts, addresses fit to link to, None where unknown."""
    license_ = credit.license
    return {
        "image_id": one_line(credit.image_id) or None,
        "title": credit.title_text or None,
        "author": credit.author_text if credit.is_author_known else None,
        "author_url": credit.author_link,
        "source_url": credit.source_link,
        "license": {
            "slug": license_.slug,
            "name": one_line(license_.name),
            "short_name": one_line(license_.short_name),
            "url": license_.deed_url,
        },
        **({"changes": list(credit.changes)} if credit.changes else {}),
    }


def _license_words(license_: LicenseInfo, changes: str) -> tuple[str, str, str]:
    """What leads to the license, its name, and what follows, changes included; the name is empty where none is given.

    A license of free text may be an address, which a full stop would seem a part of.
    """
    end = f". {changes[0].upper()}{changes[1:]}." if changes else "."
    match license_.kind:
        case Kind.LICENSE:
            return " is licensed under ", license_.short_name, end
        case Kind.PUBLIC_DOMAIN:
            return " is marked with ", license_.name, end
        case Kind.OTHER:
            return " is listed under this license: ", one_line(license_.name), f" ({changes})" if changes else ""
        case Kind.NONE:
            return ". No license is given", "", end


def _text(credit: Credit) -> str:
    title = f'"{isolated(credit.title_text)}"' if credit.title_text else NO_TITLE
    source = f" ({credit.source_link})" if credit.source_link else ""
    return f"{title} by {isolated(credit.author_text)}{source}{_text_end(credit.license_url, credit.changes_text)}"


@lru_cache(_LICENSES_KEPT)
def _text_end(license_url: str, changes: str) -> str:
    license_ = license_from_url(license_url)
    leading, name, following = _license_words(license_, changes)
    if license_.deed_url and license_.deed_url != name:
        name = f"{isolated(name)} ({license_.deed_url})"
    return f"{leading}{name}{following}"


def _html(credit: Credit) -> str:
    title = _html_link(f'"{isolated(credit.title_text)}"' if credit.title_text else NO_TITLE, credit.source_link)
    author = _html_link(isolated(credit.author_text), credit.author_link)
    leading, name, following = _license_words(credit.license, credit.changes_text)
    license_ = _html_link(isolated(name), credit.license.deed_url, ' rel="license"') if name else ""
    return f"{title} by {author}{leading}{license_}{following}"


def _html_link(shown: str, url: str | None, rel: str = "") -> str:
    text = html.escape(shown, quote=False)
    return f'<a href="{html.escape(url)}"{rel}>{text}</a>' if url else text


# Whatever CommonMark or its common extensions (tables, strikethrough, mathematics, autolinks) could take for markup.
# GitHub links e-mail addresses however they are escaped.
_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&~|#!$^=:@]|(?<=www)\.", re.IGNORECASE)
_DESTINATION_SPECIAL = re.compile(r"[()&\\]")


def _markdown(credit: Credit) -> str:
    title = f'"{markdown_text(credit.title_text)}"' if credit.title_text else NO_TITLE
    author = _markdown_link(markdown_text(credit.author_text), credit.author_link)
    end = _markdown_end(credit.license_url, credit.changes_text)
    return f"{_markdown_link(title, credit.source_link)} by {author}{end}"


@lru_cache(_LICENSES_KEPT)
def _markdown_end(license_url: str, changes: str) -> str:
    license_ = license_from_url(license_url)
    leading, name, following = _license_words(license_, changes)
    return f"{leading}{_markdown_link(markdown_text(name), license_.deed_url) if name else ''}{following}"


def markdown_text(text: str) -> str:
    """One line of text that CommonMark shows as it is."""
    return _MARKDOWN_SPECIAL.sub(lambda match: "\\" + match[0], isolated(text))


def _markdown_link(escaped: str, url: str | None) -> str:
    if not url:
        return escaped
    destination = _DESTINATION_SPECIAL.sub(lambda match: "\\" + match[0], url)
    return f"[{escaped}]({destination})"


# BibTeX counts braces whether or not a backslash stands before them, so they become commands.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
}
_TEX_TABLE = str.maketrans(_TEX)


def _bibtex(credit: Credit) -> str:
    """Double braces keep a title's capitals and a name's words as they are, also an "and" in it."""
    fields = {"title": f"{{{credit.title_text.translate(_TEX_TABLE) or NO_TITLE}}}"}
    if credit.is_author_known:
        fields["author"] = f"{{{credit.author_text.translate(_TEX_TABLE)}}}"
    if credit.source_link:
        fields["url"] = credit.source_link
    fields["note"] = _bibtex_note(credit)
    key = re.sub(r"[^0-9A-Za-z]", "", credit.image_id) or "image"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{openimages-{key},\n{lines}}}\n"


def _bibtex_note(credit: Credit) -> str:
    license_ = credit.license
    name = one_line(license_.short_name if license_.kind is Kind.LICENSE else license_.name)
    listed = name.translate(_TEX_TABLE)
    changes = f"; {credit.changes_text}" if credit.changes else ""
    if license_.deed_url == name:
        return rf"\url{{{license_.deed_url}}}{changes}"
    return (rf"{listed}, \url{{{license_.deed_url}}}" if license_.deed_url else listed) + changes
