"""Independent readers of the formats in which credit is given: what a program that gets them sees."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.html import tree


@dataclass
class ReadHtml:
    """The text of a piece of HTML, its links and all elements in it."""

    text: str
    links: list[tuple[str, str]]
    """(address, text), in order."""
    rels: list[str]
    elements: set[str]


def read_html(text: str) -> ReadHtml:
    """What a browser makes of a piece of HTML; fails on comments and declarations."""
    assert "<!" not in text, text
    page = tree(text)
    links = page.all("a")
    return ReadHtml(
        text=page.text,
        links=[(link["href"], link.text) for link in links],
        rels=[link.attributes.get("rel", "") for link in links],
        elements={element.tag for element in page.walk()} - {page.tag},
    )


_TEX_COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
}


def read_tex(text: str) -> str:
    """The characters that LaTeX prints; fails on anything special that stands unescaped."""
    result, position = "", 0
    for match in re.finditer(r"\\text[a-z]+\{\}|\\[%&#_$]", text):
        result += _plain_tex(text[position : match.start()]) + _TEX_COMMANDS.get(match[0], match[0][1:])
        position = match.end()
    return result + _plain_tex(text[position:])


def _plain_tex(text: str) -> str:
    assert not re.search(r"[\\{}%&#_$~^<>|\n]", text), text
    return text


def read_bibtex(text: str) -> dict[str, str]:
    """The fields of one entry, by BibTeX's rule: a value ends where as many braces were closed as opened."""
    head = re.match(r"@misc\{([^\s,{}]+),", text)
    assert head, text
    fields, rest = {"key": head[1]}, text[head.end() :]
    while match := re.match(r"\s*([a-z]+) = ", rest):
        value, rest = _braced(rest[match.end() :])
        fields[match[1]] = value
        assert rest.startswith(","), rest
        rest = rest[1:]
    assert rest.strip() == "}", rest
    return fields


def _braced(text: str) -> tuple[str, str]:
    assert text.startswith("{"), text
    depth = 0
    for position, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[1:position], text[position + 1 :]
    raise AssertionError(f"braces never close: {text!r}")


def without_isolates(text: str) -> str:
    """The text without FSI and PDI."""
    return text.replace("\u2068", "").replace("\u2069", "")
