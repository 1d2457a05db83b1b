"""The words of a text, as the index has them and queries ask for them: without case, accents and punctuation. Pure."""

from __future__ import annotations

import unicodedata

UNICODE = unicodedata.unidata_version
"""The version of Unicode that words follow: another one may part, fold or drop characters differently."""

SINGLES = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Ranges of code points of Chinese and Japanese, both ends included: each character is a word of its own."""


class _Parting(dict[int, str | None]):
    """What becomes of each character of a folded text, found out once: itself, a word, a blank, or nothing."""

    def __missing__(self, code: int) -> str | None:
        self[code] = parted = _parted(code)
        return parted


def _parted(code: int) -> str | None:
    character = chr(code)
    category = unicodedata.category(character)
    if category == "Mn":
        return None
    if any(low <= code <= high for low, high in SINGLES):
        return f" {character} "
    return character if category[0] in "LN" or category == "Mc" else " "


_PARTING = _Parting()
ASCII_PARTING = bytes(ord(_parted(code) or " ") for code in range(128)).lower() + bytes(range(128, 256))
"""The same for the bytes of ASCII texts, with lower-case letters; other bytes stand for themselves."""


def words(text: str) -> list[str]:
    """The words of a text in order, repeated ones too: NFKC, casefold, NFKD without marks (Mn), then runs of letters,
    digits and spacing marks (L*, N*, Mc), of which each character of SINGLES is one by itself.
    """
    if text.isascii():
        return text.encode().translate(ASCII_PARTING).decode().split()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_PARTING).split()
