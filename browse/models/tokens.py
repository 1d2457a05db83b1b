"""Tokens with which scripts write as somebody: kept as hashes, for some purposes, and for a while."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessToken(models.Model):
    """A token of an account. No history: its last use is written over.

    digest   SHA-256 of the token, which nobody but its owner has.
    hint     its last characters, by which people tell theirs apart.
    scopes   what it is for, separated by spaces.
    minute   the minute of its last use, and `used` how often it was used within it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens")
    name = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    scopes = models.TextField()
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, blank=True)
    used = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["account", "made"], name="access_token_account")]

    def __str__(self) -> str:
        return f"Token {self.name!r} (…{self.hint})"

    @property
    def is_valid(self) -> bool:
        """Whether it can be used now."""
        return self.revoked is None and self.expires > timezone.now()
