"""Strangers' text in a credit: on one line, without characters that turn other text around.

Directional formatting (embeddings, overrides, isolates) is taken out everywhere: it changes the order of what
stands after it. The marks LRM, RLM and ALM, which stand for one letter only, stay.

A right-to-left title would reorder the sentence around it. Invisible characters keep it from that, which plain text,
Markdown and HTML all carry wherever they are pasted. They are put around a title or a name that has right-to-left
characters, and around no other: nearly all copied credits stay free of them, and the others read in their
right order wherever they are pasted. FIRST STRONG ISOLATE also keeps an editor from taking the direction of
the whole line from its first letter. BibTeX and JSON are sources for programs and carry none.
"""

from __future__ import annotations

import re
import unicodedata

_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"
_UNSAFE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Zs"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol that are drawn as nothing."""
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_RIGHT_TO_LEFT = "\u0590"
"""No character before this one is of these classes."""


def one_line(text: str) -> str:
    """The text on one line: white space and line ends collapsed, control characters and formatting taken out.

    Empty where nothing of it can be seen.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(_SURROGATE.sub("\ufffd", _UNSAFE.sub("", text)).split())
    return line if any(map(_is_seen, line)) else ""


def _is_seen(character: str) -> bool:
    return character not in _FILLERS and unicodedata.category(character) not in _UNSEEN


def isolated(text: str) -> str:
    """The text, between FSI and PDI where it has right-to-left characters."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}" if _has_right_to_left(text) else text


def _has_right_to_left(text: str) -> bool:
    if text.isascii() or max(text) < _FIRST_RIGHT_TO_LEFT:
        return False
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
