"""Compile what queries are answered with, so that no request has to wait for it."""

from __future__ import annotations

import logging
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand

from browse.facets.registry import compiler_of_engine

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Compile what queries are answered with. The server does so by itself, beside its work."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # and leave nothing in the folder for temporary files
        compiler = compiler_of_engine()
        try:
            if compiler:
                compiler.compile()
        except Exception as error:  # noqa: BLE001 -- in one line of the server's log, and requests compile for themselves
            log.warning("Not everything could be compiled before it is needed: %s", " ".join(str(error).split()))
            sys.exit(1)
