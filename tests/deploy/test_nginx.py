"""deploy/nginx.conf with a real nginx before a server that notes what it is asked."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
import trustme

from tests.ports import reserved_port

CONF = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
HOST = "images.example.org"
LONGEST_S = 30.0
SENT = {
    "ETag": '"1-384-webp"',
    "Vary": "Accept",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=60",
    "Content-Type": "image/webp",
    "Cache-Control": "public, max-age=300",
}

if shutil.which("nginx") is None:
    pytest.skip("nginx is not installed; Debian's package nginx-light has it.", allow_module_level=True)


@dataclass
class Viewer:
    """Stands for the viewer: answers by path."""

    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    has_come: Event = field(default_factory=Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        viewer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                viewer.seen.append((self.path, dict(self.headers.items())))
                if self.path == "/picture":
                    self.answer(b"", SENT | {"X-Accel-Redirect": "/_thumbnails/ab/1.webp"})
                elif self.path == "/export":
                    self.stream()
                else:
                    self.answer(b"page", {})

            def answer(self, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(200)
                for name, value in (headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def stream(self) -> None:
                """The second piece is sent once the client has the first."""
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("X-Accel-Buffering", "no")
                self.end_headers()
                self.wfile.write(b"5\r\nfirst\r\n")
                self.wfile.write(b"6\r\nsecond\r\n" if viewer.has_come.wait(LONGEST_S) else b"4\r\nlate\r\n")
                self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@dataclass(frozen=True)
class Front:
    """nginx: what it stands before, and a client that trusts it, by https."""

    viewer: Viewer
    https: httpx.Client
    http_port: int


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    viewer = Viewer()
    behind = ThreadingHTTPServer(("127.0.0.1", 0), viewer.handler())
    Thread(target=behind.serve_forever, args=(0.02,), daemon=True).start()
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    certificate.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "thumbnails" / "ab").mkdir(parents=True)
    (folder / "thumbnails" / "ab" / "1.webp").write_bytes(b"a picture")
    http, https = reserved_port(), reserved_port()
    site = CONF.read_text()
    for given, ours in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}"),
        ("/etc/ssl/openimages/", f"{folder}/"),
        ("/var/lib/openimages/", f"{folder}/"),
    ):
        assert given in site
        site = site.replace(given, ours)
    (folder / "nginx.conf").write_text(around(site, folder))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    server = subprocess.Popen(command)
    try:
        wait_for(https)
        with httpx.Client(
            base_url=f"https://127.0.0.1:{https}",
            headers={"Host": HOST},
            verify=ssl.create_default_context(cafile=folder / "ca.pem"),
            trust_env=False,
            timeout=LONGEST_S,
        ) as client:
            yield Front(viewer, client, http)
    finally:
        server.terminate()
        server.wait(timeout=30)
        behind.shutdown()
        behind.server_close()


def around(site: str, folder: Path) -> str:
    """What Debian's main file has around a site, with all files in the folder."""
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if Path("/proc/self").owner() == "root" else ""  # the folder is this user's alone
    return (
        f"{user} worker_processes 1; daemon off; pid {folder}/pid; events {{}} "
        f"http {{ access_log off; {temporary}\n{site}\n}}"
    )


def wait_for(port: int) -> None:
    give_up = time.monotonic() + LONGEST_S
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


def ask(front: Front, path: str, **headers: str) -> httpx.Response:
    return front.https.get(path, headers=headers, extensions={"sni_hostname": HOST})


def test_the_viewer_learns_who_asks_and_how(front: Front) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "X-Request-ID": "forged-id"}
    assert ask(front, "/page?q=1", **forged).text == "page"
    path, headers = front.viewer.seen[-1]
    assert path == "/page?q=1"
    assert headers["Host"] == HOST
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
    assert "Connection" not in headers


def test_plain_http_leads_to_https(front: Front) -> None:
    answer = httpx.get(f"http://127.0.0.1:{front.http_port}/a?b=c", headers={"Host": HOST}, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{HOST}/a?b=c")


def test_numbers_are_not_for_the_public(front: Front) -> None:
    before = len(front.viewer.seen)
    assert ask(front, "/metrics").status_code == 404
    assert len(front.viewer.seen) == before
    assert ask(front, "/readyz").status_code == 200


def test_pictures_are_sent_by_nginx_with_the_headers_of_the_viewer(front: Front) -> None:
    answer = ask(front, "/picture")
    assert answer.content == b"a picture"
    assert {name: answer.headers[name] for name in SENT} == SENT
    assert "X-Accel-Redirect" not in answer.headers
    assert ask(front, "/_thumbnails/ab/1.webp").status_code == 404


def test_a_file_arrives_while_it_is_made(front: Front) -> None:
    with front.https.stream("GET", "/export", extensions={"sni_hostname": HOST}) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"first"
        front.viewer.has_come.set()
        assert b"".join(pieces) == b"second"
