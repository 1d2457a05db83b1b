"""What containers ask the site: `python -m viewer.healthcheck`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.forked import ROOT


class Site(BaseHTTPRequestHandler):
    """Answers `/healthz` as it is told."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """To nobody."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server.server_address[1]
        server.shutdown()


def asked(port: int) -> tuple[int, str]:
    """Status and what it says, asked where an environment leads http to a proxy that is none."""
    environment = {"PORT": str(port), "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "viewer.healthcheck"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("status", "expected"), [(200, (0, "")), (503, (1, "The site answered 503.\n"))])
def test_the_site_is_well_where_it_says_so(
    port: int, status: int, expected: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "status", status)
    assert asked(port) == expected


def test_a_site_that_does_not_answer_is_told() -> None:
    status, said = asked(1)
    assert (status, said.partition(":")[0]) == (1, "The site does not answer")
