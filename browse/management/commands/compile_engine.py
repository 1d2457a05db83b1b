"""Compile what queries are answered with, so that no request has to wait for it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from browse.facets.compile_all import compile_all


class Command(BaseCommand):
    help = "Compile what queries are answered with. The server does so by itself, beside its work."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not compile_all():
            sys.exit(1)
