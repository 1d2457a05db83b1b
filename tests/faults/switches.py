"""Data sets are put in place as imports do it, again and again, while people read and
curators write; no answer may be a fault.

    python -m tests.faults.switches [--switches 200] [--database sqlite|postgresql]

Prints how many switches and answers there were, and each kind of answer that nobody should get.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from threading import Event

import httpx

from tests import postgres
from tests.forked import ROOT
from tests.live import Site
from tests.openimages.files import LABELS, V1, image_row, write

PASSWORD = "a password of tests"
MEMBER = f"""
from django.contrib.auth.models import Group, User
User.objects.create_user("curator", password={PASSWORD!r}).groups.add(Group.objects.get(name="curator"))
"""
SWITCHES = """
import secrets, time
from django.conf import settings
from django.db import connection
from browse.dataset.index_build import build_index, current_state, dataset_write_lock, set_generation
from browse.facets.index.store import remove_generations
from browse.openimages import kinds
from browse.openimages.loading import database, shadow_tables
quiet = lambda *_: None
names = list(kinds.tables())
shadows = {kinds.tables()[name]._meta.db_table: shadow_tables.shadow_name(name) for name in names}
for number in range(SWITCHES):
    run = secrets.token_hex(16)
    with dataset_write_lock():
        before = current_state().generation
        shadow_tables.start(run, names)
        with connection.cursor() as cursor:
            for table, shadow in shadows.items():
                cursor.execute(f"INSERT INTO {shadow} SELECT * FROM {table}")
            for statement in [one for name in names for one in shadow_tables.completion(name, run[:8])]:
                cursor.execute(statement)
        built = build_index(database.load_arrays(shadows), run, quiet)
        time.sleep(1.0)
        shadow_tables.put_in_place(names, lambda: set_generation(built, is_sample=False))
        shadow_tables.let_go(before)
        remove_generations(settings.INDEX_DIR, {built.generation})
    print(number + 1, flush=True)
"""
IDS = [f"{number:016x}" for number in range(0x10, 0x50)]
DOG, CAT = "/m/0bt9lr", "/m/01yrx"
ADDRESSES = (
    *("/", f"/?label={DOG}", "/?state=unverified&sort=random&seed=1", f"/image/{IDS[0]}", f"/label{DOG}", "/labels"),
    *("/compare", "/stats", "/credits", "/api/images?per_page=50", "/api/facets", f"/api/images/{IDS[1]}"),
    *("/export/images.csv", "/export/labels.csv", f"/review?mid={DOG}&seed=1"),
)


def data_set(folder: Path) -> Path:
    """Images with labels of both kinds."""
    rows = [image_row(i, OriginalMD5=b64encode(bytes.fromhex(2 * i)).decode()) for i in IDS]
    write(folder / "train/images.csv", V1, rows)
    verified = [f"{i},verification,{mid},{int(i, 16) % 2}" for i in IDS for mid in (DOG, CAT)]
    machine = [f"{i},machine,{mid},0.8" for i in IDS for mid in (DOG, CAT)]
    write(folder / "train/labels.csv", LABELS, verified + machine)
    write(folder / "dict.csv", None, [f"{DOG},dog", f"{CAT},cat"])
    return folder


def installation(folder: Path, database_url: str) -> Site:
    """A site with a data set and a curator."""
    database = {"DATABASE_URL": database_url} if database_url else {}
    site = Site(folder / "site", {"QUERY_DEADLINE_S": "30", **database})  # it compiles on a busy machine
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--noinput", "--verbosity=0")
    site.manage("import_openimages", data_set(folder / "data"))
    site.manage("shell", "-c", MEMBER)
    return site


@contextmanager
def signed_in(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60, trust_env=False, headers={"Origin": url}) as client:
        fields = {"username": "curator", "password": PASSWORD, "csrfmiddlewaretoken": token_in(client, "/sign-in")}
        assert client.post("/sign-in", data=fields).status_code == 303
        yield client


def token_in(client: httpx.Client, address: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).text)
    assert found
    return found.group(1)


def read(client: httpx.Client, first: int, over: Event) -> Counter[str]:
    """Ask for one address after the other."""
    answers: Counter[str] = Counter()
    for address in itertools.islice(itertools.cycle(ADDRESSES), first, None):
        if over.is_set():
            break
        try:
            answer = client.get(address)
            said = "" if answer.is_success else re.sub("<[^>]*>|\\s+", " ", answer.text.partition("</h1>")[2])[:200]
            answers[f"{answer.status_code} {address} {said}"] += 1
        except httpx.HTTPError as error:
            answers[f"{type(error).__name__} {address}"] += 1
    return answers


def judge(client: httpx.Client, token: str, over: Event) -> Counter[str]:
    """Give one verdict after the other, and take each back."""
    answers: Counter[str] = Counter()
    headers = {"Accept": "application/json"}
    for image in itertools.cycle(IDS):
        if over.wait(2.0):  # what people read must be read within this time
            break
        fields = {"image": image, "label": DOG, "says": "yes", "csrfmiddlewaretoken": token}
        try:
            given = client.post("/verdicts", data=fields, headers=headers)
            answers[f"{given.status_code} verdict"] += 1
            if given.status_code == 200:
                taken = fields | {"verdict": str(given.json()["verdict"])}
                answers[f"{client.post('/verdicts/undo', data=taken, headers=headers).status_code} undo"] += 1
        except httpx.HTTPError as error:
            answers[f"{type(error).__name__} verdict"] += 1
    return answers


@contextmanager
def people(url: str, readers: int) -> Iterator[Callable[[], Counter[str]]]:
    """So many who read and one who judges, while the block runs; then the result says what they were answered."""
    over, answers = Event(), Counter[str]()
    with ExitStack() as stack, ThreadPoolExecutor(readers + 1) as threads:
        clients = [stack.enter_context(signed_in(url)) for _ in range(readers + 1)]
        token = token_in(clients[0], f"/image/{IDS[0]}")
        futures = [threads.submit(judge, clients[0], token, over)]
        futures += [threads.submit(read, client, number, over) for number, client in enumerate(clients[1:])]
        try:
            yield lambda: answers
        finally:
            over.set()
        for future in futures:
            answers.update(future.result(timeout=120))


def switch_under_readers(site: Site, *, switches: int, readers: int = 6) -> Counter[str]:
    """What was answered while so many data sets became current. Raises AssertionError where one did not."""
    program = SWITCHES.replace("SWITCHES", str(switches))
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", program]
    with site.served() as url, people(url, readers) as answered:
        done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(number + 1) for number in range(switches)]
    return answered()


def faults_in(answers: Counter[str]) -> dict[str, int]:
    """All but what is expected."""
    return {name: count for name, count in answers.items() if not name.startswith("200 ")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        database = postgres.fresh() if options.database == "postgresql" else nullcontext("")
        with database as url:
            site = installation(Path(name), url)
            answers = switch_under_readers(site, switches=options.switches)
            logs = "\n".join(path.read_text(errors="replace") for path in site.data_dir.glob("gunicorn-*.log"))
    faults = faults_in(answers)
    print(json.dumps({"switches": options.switches, "answers": answers.total(), "faults": faults}, indent=1))
    if faults:
        print(logs[-20_000:], file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
