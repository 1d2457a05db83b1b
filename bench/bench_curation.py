"""Times curation with a long history: verdicts one by one and by script, queues and activity, on both databases.

    python bench/bench_curation.py [--history 200000] [--rows 10000] [--times 200] [--database sqlite|postgresql]

Imports the sample into a folder of its own, writes so many rows of each kind of history (bench/history_rows.py), and
starts the site as it runs in production, with two workers. PostgreSQL is the one that the tests bring, here with its
usual durability. Bounds: 50 ms for a verdict, at the median and for 95 of 100; 60 s for 10,000 by script. Beyond them
the exit status is 1.
"""

from __future__ import annotations

import argparse
import itertools
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from tests.live import Site  # noqa: E402

DATABASES = ("sqlite", "postgresql")
AT_ONCE = 1000
BOUND_MS, BOUND_S = 50.0, 60.0
PAGES = ("/conflicts", "/unsure", "/activity/all", "/activity", "/agreement")
FILL = """
import sys
import django
django.setup()
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from bench.history_rows import fill
from browse.curation.tokens import make_token
fill(int(sys.argv[1]))
account = User.objects.create_user("bench")
account.groups.add(Group.objects.get(name="reviewer"))
account = User.objects.get(pk=account.pk)
session = SessionStore()
session["_auth_user_id"] = str(account.pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = account.get_session_auth_hash()
session.create()
print(session.session_key, make_token(account=account, name="bench", scopes=["verdicts"], days=7)[1])
"""


def pairs(client: httpx.Client) -> Iterator[dict[str, str]]:
    """Pairs of the data set, image by image."""
    labels = [label["mid"] for label in client.get("/api/labels", params={"per_page": 100}).json()["results"]]
    for page in itertools.count(1):
        found = client.get("/api/images", params={"per_page": 100, "page": page}).json()["results"]
        if not found:
            return
        yield from ({"image_id": one["image_id"], "mid": mid} for one in found for mid in labels)


def one_by_one(client: httpx.Client, rows: list[dict[str, str]], says: str) -> list[float]:
    """Milliseconds that each verdict takes by the button on a page, from request to answer."""
    taken = []
    for row in rows:
        began = time.perf_counter()
        answer = client.post("/verdicts", data={"image": row["image_id"], "label": row["mid"], "says": says})
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.json()["says"] == says, answer.text
    return taken


def by_script(client: httpx.Client, token: str, rows: list[dict[str, str]]) -> float:
    """Seconds that the rows take over the API, in batches."""
    began = time.perf_counter()
    for start in range(0, len(rows), AT_ONCE):
        body = {"rows": [row | {"says": "no", "why": "bench"} for row in rows[start : start + AT_ONCE]]}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        answer = client.post("/api/verdicts", json=body, headers=headers)
        answer.raise_for_status()
        assert answer.json()["written"] == len(body["rows"]), answer.text
    return time.perf_counter() - began


def timed(work: Callable[[], object], times: int = 7) -> float:
    """Milliseconds at the median."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """The environment that names an empty database."""
    if kind == "sqlite":
        yield {}
        return
    import psycopg

    from tests import postgres

    with postgres.fresh() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM RESET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield {"DATABASE_URL": url}


def run(kind: str, folder: Path, options: argparse.Namespace) -> bool:
    """Measure and print; whether the bounds hold."""
    with database(kind) as environment:
        site = Site(folder / kind, environment)
        site.data_dir.mkdir()
        site.manage("migrate", "-v", "0")
        site.manage("import_openimages", folder / "sample")
        site.manage("collectstatic", "-v", "0")
        command = [sys.executable, "-c", FILL, str(options.history)]
        done = subprocess.run(command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True, check=True)
        session, token = done.stdout.split()
        with site.served() as url:
            return measure(kind, url, session, token, options)


def measure(kind: str, url: str, session: str, token: str, options: argparse.Namespace) -> bool:
    """The same of a running site."""
    csrf = secrets.token_hex(16)
    cookies = {"sessionid": session, "csrftoken": csrf}
    headers = {"Accept": "application/json", "X-CSRFToken": csrf}
    with httpx.Client(base_url=url, cookies=cookies, headers=headers, timeout=120, trust_env=False) as client:
        rows = list(itertools.islice(pairs(client), options.rows))
        chosen = rows[:: max(1, len(rows) // options.times)][: options.times]
        one_by_one(client, chosen[:10], "unsure")
        print(f"{kind}, {options.history:,} rows of each kind of history, load {os.getloadavg()[0]:.1f}")
        taken = one_by_one(client, chosen, "yes")
        median, late = statistics.median(taken), statistics.quantiles(taken, n=20, method="inclusive")[18]
        print(f"  one verdict: {median:.1f} ms at the median, {late:.1f} ms for 95 of 100, {max(taken):.0f} ms at most")
        seconds = by_script(client, token, rows)
        print(f"  {len(rows):,} verdicts by script: {seconds:.1f} s")
        for page in PAGES:
            print(f"  {page}: {timed(lambda page=page: client.get(page).raise_for_status()):.0f} ms at the median")
        print(f"  load after {os.getloadavg()[0]:.1f}", flush=True)
    return median <= BOUND_MS and late <= BOUND_MS and seconds <= BOUND_S * max(1, options.rows / 10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--database", choices=DATABASES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Site(Path(folder, "made")).manage("make_sample", Path(folder, "sample"))
        kinds = [options.database] if options.database else DATABASES
        holds = [run(kind, Path(folder), options) for kind in kinds]
    raise SystemExit(0 if all(holds) else 1)


if __name__ == "__main__":
    main()
