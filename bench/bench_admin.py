"""Times every list of the administration, and its searches, over an imported data set.

    python bench/bench_admin.py [--site FOLDER] [--times 7] [--history 20000]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Nothing is kept: in one transaction, which is rolled back, an account is made and `--history` rows of each kind of
history are written, flags most of which are decided; then each address is asked for.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

TARGET_MS = 300
PENDING = 500
SEED = 7


def fill(rows: int) -> None:
    """That many verdicts, flags, decisions, licence checks, hidings and picture states, on images at random."""
    from django.utils import timezone

    from browse.models import Decision, Flag, Hiding, Label, LicenceCheck, PictureState, Verdict
    from browse.query.values import Query
    from browse.search import current_engine

    chance, now = random.Random(SEED), timezone.now()
    engine = current_engine().without_overlay()
    last = engine.count(Query()) // 200
    keys = [key for _ in range(20) for key in engine.page(Query(), number=chance.randint(1, last), size=200).keys]
    mids = list(Label.objects.values_list("mid", flat=True)[:200])

    def some() -> dict[str, Any]:
        return {"image_key": chance.choice(keys), "by": f"user{chance.randrange(20)}", "at": now}

    numbers = range(rows)
    Verdict.objects.bulk_create(Verdict(**some(), mid=chance.choice(mids), says="yes") for _ in numbers)
    flags = Flag.objects.bulk_create(Flag(**some(), reason="other") for _ in numbers)
    decided = flags[: max(0, rows - PENDING)]
    Decision.objects.bulk_create(Decision(flag=flag, by="user1", at=now, outcome="dismissed") for flag in decided)
    LicenceCheck.objects.bulk_create(
        LicenceCheck(**some(), result=chance.choice(("gone", "as-listed"))) for _ in numbers
    )
    Hiding.objects.bulk_create(Hiding(**some(), hidden=chance.random() < 0.5) for _ in numbers)
    states = (PictureState(image_key=key, state=chance.choice(("fresh", "dead"))) for key in set(keys))
    PictureState.objects.bulk_create(states, ignore_conflicts=True)


def addresses() -> list[str]:
    """Every list, the searches that people make, and the pages of an image, a label and a flag."""
    from django.contrib import admin

    from browse.models import Flag, Image, Label, PictureState

    lists = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    image = Image.objects.with_credit().get(pk=PictureState.objects.values_list("pk", flat=True)[5])
    photo = image.landing_url.rstrip("/").rpartition("/")[2]
    author = image.author.key if image.author else ""
    label = Label.objects.order_by("name").first()
    assert label is not None
    images, image_id = "/admin/browse/image/", image.image_id
    return [
        *("/admin/", *lists, f"{images}?p=90000"),
        *(f"{images}?q={term}" for term in (image_id, photo, author)),
        *(f"/admin/browse/{model}/?q={image_id}" for model in ("verdict", "licencecheck", "hiding", "picturestate")),
        *("/admin/browse/verdict/?q=user3", f"/admin/browse/verdict/?q={label.mid}"),
        *("/admin/browse/picturestate/?state__exact=dead", "/admin/browse/label/?q=dog"),
        *(f"{images}{image.pk}/change/", f"/admin/browse/label/{label.pk}/change/"),
        f"/admin/browse/flag/{Flag.objects.order_by('-pk').values_list('pk', flat=True)[0]}/change/",
    ]


def time_all(times: int) -> None:
    """Milliseconds of each address: the first time, then the median and the most of the others."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench-admin"))
    late = 0
    for address in addresses():
        took = []
        for _ in range(times + 1):
            began = time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code in (200, 302), (address, answer.status_code)
        first, *rest = took
        late += statistics.median(rest) > TARGET_MS
        print(f"{address:70} first {first:7.1f}  median {statistics.median(rest):7.1f}  most {max(rest):7.1f} ms")
    print(f"later than {TARGET_MS} ms: {late}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=os.environ.get("BENCH_SITE"))
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--history", type=int, default=20_000)
    args = parser.parse_args()
    if args.site is None:
        raise SystemExit("Name an installation's data folder with --site or BENCH_SITE.")
    os.environ["OPENIMAGES_DATA_DIR"] = str(Path(args.site).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "viewer.settings"
    import django

    django.setup()
    from django.db import transaction

    from browse.search import current_engine

    with transaction.atomic():
        fill(args.history)
        print(f"{current_engine().images:,} images; {args.history:,} rows of each kind of history")
        time_all(args.times)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
