"""Personal tokens in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Token(Protocol):
    """What is told of a token."""

    uid: UUID
    name: str
    hint: str
    scopes: str
    made: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None
    last_used: dt.datetime | None

    @property
    def is_valid(self) -> bool: ...


@dataclass(frozen=True)
class TokenRow:
    """A token as the page lists it. state: until when it is valid, or how it ended."""

    uid: UUID
    name: str
    hint: str
    scopes: str
    state: str
    made: dt.datetime
    last_used: dt.datetime | None
    is_valid: bool


def token_rows(tokens: Iterable[Token]) -> list[TokenRow]:
    """Tokens as the page lists them."""
    return [
        TokenRow(
            token.uid,
            token.name,
            token.hint,
            ", ".join(token.scopes.split()),
            _state(token),
            token.made,
            token.last_used,
            token.is_valid,
        )
        for token in tokens
    ]


def _state(token: Token) -> str:
    if token.revoked is not None:
        return f"revoked {token.revoked:%-d %b %Y}"
    return f"{'valid until' if token.is_valid else 'expired'} {token.expires:%-d %b %Y}"
