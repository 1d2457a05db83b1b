"""Sources at https addresses, from a server on loopback with a certificate of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from browse.openimages.errors import ImportProblemError
from browse.openimages.readers import members, open_source
from browse.openimages.sources import find_sources
from tests.openimages.files import LABELS, gzipped, pack, write


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder to GET alone, without a word; `/away/…` leads to plain http.

    Whoever accepts it gets what lies in `/packed/` with a Content-Encoding, and everybody what lies in `/always/`.
    """

    def do_GET(self) -> None:
        if self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/labels.csv")
            self.end_headers()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        self.send_error(403)

    def end_headers(self) -> None:
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if self.path.startswith("/always/") or (self.path.startswith("/packed/") and accepts):
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "served"
    folder.mkdir()
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


def contents(url: str) -> dict[str, bytes]:
    [source] = find_sources([url])
    with open_source(source) as stream:
        return {member.path.rsplit("/", 1)[-1]: member.stream.read() for member in members(source, stream)}


def test_files_and_archives_are_streamed_from_https(served: tuple[str, Path]) -> None:
    base, folder = served
    plain = write(folder / "set/labels.csv", LABELS, [f"{n:016x},machine,/m/01,0.5" for n in range(50_000)])
    data = plain.read_bytes()
    gzipped(plain)
    pack(folder / "set", "set.tar.gz")
    assert contents(f"{base}/set/labels.csv?x=1") == {"labels.csv": data}
    assert contents(f"{base}/set/labels.csv.gz") == {"labels.csv.gz": data}
    assert contents(f"{base}/set.tar.gz") == {"labels.csv": data}


def test_a_file_is_asked_for_as_it_lies(served: tuple[str, Path]) -> None:
    base, folder = served
    for name in ("packed", "always"):
        write(folder / name / "labels.csv", LABELS, [])
    assert contents(f"{base}/packed/labels.csv") == {"labels.csv": f"{LABELS}\n".encode()}
    with pytest.raises(ImportProblemError, match=r"/always/labels\.csv: .* Content-Encoding gzip"):
        contents(f"{base}/always/labels.csv")


@pytest.mark.parametrize("url", ["https://[::1/a.csv", "https://127.0.0.1:x/a.csv", "https://127.0.0.1:99999/a.csv"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(ImportProblemError) as caught:
        find_sources([url])
    assert str(caught.value).startswith(url)


def test_the_folder_of_an_address_names_the_subset(served: tuple[str, Path]) -> None:
    write(served[1] / "test/2016/train/labels.csv", LABELS, [])
    assert find_sources([f"{served[0]}/test/2016/train/labels.csv"])[0].folder == "train"


def test_a_changed_file_has_another_signature(served: tuple[str, Path]) -> None:
    base, folder = served
    write(folder / "a.csv", LABELS, [])
    before = find_sources([f"{base}/a.csv"])
    write(folder / "a.csv", LABELS, ["x"])
    assert find_sources([f"{base}/a.csv"]) != before


@pytest.mark.parametrize(
    ("path", "message"),
    [("/missing.csv", "404"), ("/page.html", "does not end in one of"), ("/away/labels.csv", "is not https")],
)
def test_what_cannot_be_had_is_named(served: tuple[str, Path], path: str, message: str) -> None:
    with pytest.raises(ImportProblemError, match=message) as caught:
        contents(served[0] + path)
    assert path in str(caught.value)


def test_only_https_is_read() -> None:
    with pytest.raises(ImportProblemError, match="only https URLs are read"):
        find_sources(["http://127.0.0.1/labels.csv"])


def test_a_server_without_a_known_certificate_is_refused(
    served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(served[1] / "a.csv", LABELS, [])
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ImportProblemError, match=r"a\.csv"):
        find_sources([f"{served[0]}/a.csv"])
