"""PostgreSQL crashes and restarts, and hangs, again and again while people read and curators write.

    python -m tests.faults.restarts [--restarts 30] [--hangs 3]

No answer may be a fault of ours (500), none may be missing, and the site answers again within 5 s. Prints the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from tests import postgres
from tests.faults.switches import installation, people

HUNG_S = 8.0


def postmaster(url: str) -> int:
    """Its process id, as its folder says."""
    folder = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))
    return int((folder / "postmaster.pid").read_text().split()[0])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def keep_what_was_committed(url: str) -> None:
    """The server of the tests may lose it when it crashes."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f'ALTER DATABASE "{session.info.dbname}" SET synchronous_commit = on')  # type: ignore[arg-type]


def crash(url: str) -> None:
    """Kill one server process: the postmaster ends all others, recovers and starts anew."""
    with psycopg.connect(url) as session:
        os.kill(session.info.backend_pid, signal.SIGKILL)
        session.close()


def hang(url: str, seconds: float = HUNG_S) -> None:
    """Stop the server with all its processes, and let it go on after a while."""
    parent = postmaster(url)
    family = [parent, *children_of(parent)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)


def back_within(url: str) -> float:
    """Seconds until the site answers."""
    began = time.monotonic()
    while httpx.get(f"{url}/labels", timeout=60, trust_env=False).status_code != 200:
        time.sleep(0.1)
    return time.monotonic() - began


def disturbed(site_url: str, disturb: Callable[[], None], times: int) -> tuple[Counter[str], list[float]]:
    """What was answered meanwhile, and how long the site took each time to be back."""
    took = []
    with people(site_url, 4) as answered:
        for _ in range(times):
            disturb()
            took.append(back_within(site_url))
            time.sleep(0.5)
    return answered(), took


def faults_in(answers: Counter[str]) -> dict[str, int]:
    """All but pages, and that the site cannot answer now."""
    return {name: count for name, count in answers.items() if not name.startswith(("200 ", "503 "))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restarts", type=int, default=30)
    parser.add_argument("--hangs", type=int, default=3)
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name, postgres.fresh() as url:
        keep_what_was_committed(url)
        site = installation(Path(name), url)
        for disturb, times in ((crash, options.restarts), (hang, options.hangs)):
            with site.served() as served:
                answers, took = disturbed(served, lambda disturb=disturb: disturb(url), times)  # type: ignore[misc]
            logs = "\n".join(path.read_text(errors="replace") for path in site.data_dir.glob("gunicorn-*.log"))
            faults, traces = faults_in(answers), len(re.findall("^Traceback", logs, re.MULTILINE))
            kinds = Counter(dict.fromkeys(("200", "503"), 0))
            for answer, count in answers.items():
                kinds[answer.split()[0]] += count
            figures = {"times": times, "answers": kinds, "faults": faults, "tracebacks": traces}
            print(json.dumps({disturb.__name__: figures | {"back_s": [round(one, 1) for one in took]}}), flush=True)
            if faults or traces:
                print(logs[-10_000:], file=sys.stderr)
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
