"""Failed attempts to sign in: counted by account and address together, and by address over all accounts."""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest

ACCOUNTS = 5
"""How many accounts' worth of failures one address has, whichever accounts it tries."""


class LoginThrottle(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Also closes the door to an address that tries one password after the other on many accounts."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures that count against the limit: those on this account, or a share of all from this address."""
        on_account: int = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(
            ip_address=get_client_ip_address(request), attempt_time__gte=get_cool_off_threshold(request)
        )
        from_address: int = recent.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
        return max(on_account, from_address // ACCOUNTS)
