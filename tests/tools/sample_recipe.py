"""Prints a recipe of seven labels of an installation: those that share a name first, then those with most images."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
LABELS = 7


def main() -> None:
    """Print it."""
    django.setup()
    from browse.models import Label
    from browse.search import current_engine

    counts, names = current_engine().label_counts(), dict(Label.objects.values_list("mid", "name"))
    again = {name for name, number in Counter(names.values()).items() if number > 1}
    mids = sorted(names, key=lambda mid: (names[mid] not in again, -counts[mid], mid))[:LABELS]
    print(json.dumps({"labels": [{"mid": mid, "at": 0.7} for mid in mids], "pairs": "every"}))


if __name__ == "__main__":
    main()
