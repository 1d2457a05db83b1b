"""The folders that benchmarks work on. One that is not named has its benchmark passed over, and no other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

DATA = "a data set's folder with --data or BENCH_DATA"
SITE = "an installation's data folder with --site or BENCH_SITE"


def named(variable: str) -> Path | None:
    """The folder that the environment names."""
    given = os.environ.get(variable)
    return Path(given) if given else None


def pass_over(needed: str) -> NoReturn:
    """Say what is needed, and leave it at that: `make bench` goes on with the next."""
    print(f"Passed over: name {needed}.")
    raise SystemExit(0)


def use_site(site: Path) -> None:
    """Make an installation the one in use, ready to be asked, with nothing remembered but names."""
    os.environ["OPENIMAGES_DATA_DIR"] = str(site)
    os.environ["MEMO_BYTES"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
