"""Times every list of the administration, its filters, searches and pages, over an imported data set.

    python bench/bench_admin.py [--site FOLDER] [--times 7] [--history 100000]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Its tables are migrated where that is due. Then, in one transaction that is rolled back, an account is made,
`--history` rows of each kind of history, and a picture's state for every image (bench/history_rows.py), and each
address is asked for. So nothing is kept, also when it is killed; but nobody else writes to the installation meanwhile,
and the database's log grows by some gigabytes, which the next process that opens it takes back. Bound: a median of
300 ms for each; beyond it the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over  # noqa: E402

BOUND_MS = 300
PER_PAGE = 50


def lists() -> list[str]:
    """Every list as it opens, by another order, and with counts beside its filters."""
    from django.contrib import admin

    found = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    return [address + asked for address in found for asked in ("", "?o=-1", "?o=-7", "?_facets=True")]


def pages_of_lists() -> list[str]:
    """Filters, and pages far behind, the last that a list has."""
    from browse.admin.lists import MOST_COUNTED
    from browse.models import Decision, Hiding, LicenseCheck, Verdict
    from browse.search import current_engine

    last = max(1, current_engine().images // PER_PAGE)
    found = [f"picturestate/?state__exact={state}" for state in ("fresh", "dead", "pending")]
    found += ["flag/?p=30", "flag/?reason=privacy", "label/?o=3", "label/?in_dictionary__exact=1"]
    found += [f"image/?p={number}" for number in (last // 2 or 1, last)]
    for model, asked in ((Verdict, ""), (LicenseCheck, ""), (Decision, ""), (Hiding, "&rows=all")):
        number = max(1, min(model.objects.count(), MOST_COUNTED) // PER_PAGE)
        found.append(f"{model._meta.model_name}/?p={number}{asked}")
    return [f"/admin/browse/{address}" for address in found]


def searches(key: int) -> list[str]:
    """What people look for: an image that much is said of, a photo, an author, a label, somebody's rows."""
    from browse.models import Image, Verdict

    image = Image.objects.with_credit().get(pk=key)
    terms = [image.image_id, image.landing_url.rstrip("/").rpartition("/")[2], image.author.key if image.author else ""]
    mid = Verdict.objects.values_list("mid", flat=True)[0]
    found = [("image", term) for term in terms if term]
    found += [(name, image.image_id) for name in ("verdict", "licensecheck", "hiding", "picturestate")]
    found += [("verdict", "user3"), ("verdict", mid), ("savedview", "user3"), ("labelnote", mid), ("label", "dog")]
    return [f"/admin/browse/{name}/?{urlencode({'q': term})}" for name, term in found]


def pages(key: int) -> list[str]:
    """The first page, and the pages of an image, a label, a collection and a flag: those of which most is said."""
    from browse.models import Collection, Flag, Image, Label, Verdict

    label = Label.objects.get(mid=Verdict.objects.values_list("mid", flat=True)[0])
    ordinary = Image.objects.values_list("pk", flat=True)[5]
    rows = [("image", key), ("image", ordinary), ("label", label.pk)]
    rows += [("collection", Collection.objects.order_by("pk").values_list("pk", flat=True)[0])]
    rows += [("flag", Flag.objects.order_by("-pk").values_list("pk", flat=True)[0])]
    return ["/admin/", *(f"/admin/browse/{name}/{pk}/change/" for name, pk in rows)]


def time_all(addresses: list[str], times: int) -> int:
    """Print milliseconds of each address: the first time, then the median and the most of the others.

    Returns how many are later than the bound. An address that does not answer 200 is a fault.
    """
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench-admin"))
    late = 0
    for address in addresses:
        took = []
        for _ in range(times + 1):
            began = time.perf_counter()
            status = client.get(address).status_code
            took.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise SystemExit(f"{address} answers {status}")
        first, *rest = took
        is_late = statistics.median(rest) > BOUND_MS
        late += is_late
        times_ms = f"first {first:7.1f}  median {statistics.median(rest):7.1f}  most {max(rest):7.1f} ms"
        print(f"{address[:70]:70} {times_ms}{'  LATE' if is_late else ''}", flush=True)
    return late


def run(history: int, times: int) -> int:
    """Fill, time, and take it all back; how many addresses are late."""
    from django.db import transaction

    from bench.history_rows import fill
    from browse.search import current_engine

    with transaction.atomic():
        began = time.perf_counter()
        key = fill(history)
        seconds = time.perf_counter() - began
        images = current_engine().images
        print(f"{images:,} images shown; {history:,} rows of each kind of history, written in {seconds:.0f} s")
        late = time_all([*lists(), *pages_of_lists(), *searches(key), *pages(key)], times)
        transaction.set_rollback(True)
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--history", type=int, default=100_000)
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    os.environ["OPENIMAGES_DATA_DIR"] = str(args.site.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "viewer.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    late = run(args.history, args.times)
    print(f"later than {BOUND_MS} ms: {late}")
    raise SystemExit(late > 0)


if __name__ == "__main__":
    main()
