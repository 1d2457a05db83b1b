"""Several nodes over one PostgreSQL database: served, read from, killed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread

import httpx
import psutil

from tests import forked
from tests.faults.switches import MEMBER, data_set, read, signed_in
from tests.live import STARTS_WITHIN_S, Site
from tests.ports import reserved_port

INSTALLATION = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""
IMPORTS = """
import re
from pathlib import Path
from django.core.management import call_command
images = Path(FOLDER) / "train/images.csv"
given = images.read_text()
for number in range(FIRST, LAST):
    images.write_text(re.sub(r",(?:[0-9]+ )?Photo ", f",{number} Photo ", given))
    call_command("import_openimages", "--replace", FOLDER)
"""


class Node:
    """One node of a cluster, in a data folder of its own."""

    def __init__(self, site: Site, name: str) -> None:
        self.site = replace(site, extra=site.extra | {"NODE_NAME": name, "WEB_WORKERS": "1"})
        self.port = reserved_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = site.data_dir / "gunicorn.log"
        self._server: BaseProcess | None = None

    def start(self, **settings: str) -> None:
        """Serve, without waiting for it."""
        environment = self.site.environment | {"HOST": "127.0.0.1", "PORT": str(self.port)} | settings
        self._server = forked.start(forked.GUNICORN, env=environment, stdout=self.log, stderr=self.log)

    def readiness(self) -> httpx.Response | None:
        """What it says of itself; None where it does not answer."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=30, trust_env=False)
        except httpx.TransportError:
            return None

    def wait_until(self, status: int) -> httpx.Response:
        """Until it answers so."""
        give_up = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < give_up:
            answer = self.readiness()
            if answer is not None and answer.status_code == status:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"{self.url} is not {status}:\n{self.log.read_text(errors='replace')[-5000:]}")

    def wait_until_only(self, generation: str) -> None:
        """Until its index folder has no other one: workers let go of older ones at their next beat."""
        give_up = time.monotonic() + STARTS_WITHIN_S
        while (kept := self._generations()) != [generation]:
            assert time.monotonic() < give_up, f"{self.site.data_dir} keeps {kept}, and {generation} is current"
            time.sleep(0.05)

    def _generations(self) -> list[str]:
        return [path.name for path in (self.site.data_dir / "index").glob("[0-9a-f]" * 12)]

    def kill(self) -> None:
        """As if its machine lost power."""
        assert self._server is not None
        assert self._server.pid is not None
        master = psutil.Process(self._server.pid)
        for process in (master, *master.children(recursive=True)):
            process.kill()
        self._server.join()
        self._server = None

    def stop(self) -> None:
        """In good order."""
        if self._server is not None:
            self._server.terminate()
            self._server.join(timeout=40)
            self._server.kill()
            self._server = None


class Cluster:
    """Three nodes; the first one has a data set and imports. They share the index in a folder, or as settings say."""

    def __init__(self, folder: Path, database_url: str, settings: dict[str, str] | None = None) -> None:
        self.source = folder / "shared"
        self.files = data_set(folder / "in")
        common = {
            "DATABASE_URL": database_url,
            "INDEX_SOURCE": str(self.source),
            "NODE_SILENT_S": "2",
            "QUERY_DEADLINE_S": "30",
            "SECRET_KEY": "the same on all nodes, and nowhere else, " * 2,
        } | (settings or {})
        first = Site(folder / "node1", common)
        first.manage("shell", "--no-imports", "-c", INSTALLATION + MEMBER)
        self.nodes = [Node(first, "node1")]
        for name in ("node2", "node3"):
            self.nodes.append(Node(first.copied_to(folder / name), name))
        self.imported = 0
        self.run_imports(1)

    def run_imports(self, count: int, **settings: str) -> None:
        """So many imports, each of another data set, one after the other on the first node."""
        site, last = self.nodes[0].site, self.imported + count
        program = IMPORTS.replace("FOLDER", repr(str(self.files)))
        program = program.replace("FIRST", str(self.imported)).replace("LAST", str(last))
        command = ["manage.py", "shell", "--no-imports", "-c", program]
        done = forked.run(command, env=site.environment | settings)
        assert done.returncode == 0, done.stderr
        self.imported += count

    def generation(self) -> str:
        """Which one node says that it serves."""
        return str(self.nodes[0].wait_until(200).json()["version"]).partition(".")[0]

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()


@contextmanager
def readers_of(*nodes: Node) -> Iterator[Counter[str]]:
    """One reads from each of these nodes while the block runs; afterwards the counter has what they were answered.

    All are signed in, on the first node.
    """
    over, answers = Event(), Counter[str]()
    with signed_in(nodes[0].url) as member:
        cookies = httpx.Cookies(member.cookies)

    def reader(node: Node, number: int) -> None:
        with httpx.Client(base_url=node.url, timeout=60, trust_env=False, cookies=cookies) as client:
            answers.update(read(client, number, over))

    threads = [Thread(target=reader, args=(node, number)) for number, node in enumerate(nodes)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()
