"""Sources at https addresses, from a server on loopback with a certificate of its own."""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme
from django.core.management import call_command

from browse.models import Import, ImportFile
from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.locations import shown, shown_in
from browse.openimages.reading.readers import members, open_source
from browse.openimages.reading.sources import find_sources
from tests.openimages.files import LABELS, V1, gzipped, image_row, pack, write
from tests.openimages.imports import load


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder to GET alone, without a word; `/away/…` leads to plain http.

    Whoever accepts it gets what lies in `/packed/` with a Content-Encoding, and everybody what lies in `/always/`.
    Of what lies in `/cut/` only the first hundred bytes come, whatever Content-Length says.
    """

    def do_GET(self) -> None:
        if self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/labels.csv")
            self.end_headers()
        else:
            super().do_GET()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        if self.path.startswith("/cut/"):
            source = io.BytesIO(source.read(100))
        super().copyfile(source, outputfile)

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
        thread = Thread(target=server.serve_forever, args=(0.02,))
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


@pytest.mark.parametrize("name", ["labels.csv", "labels.csv.gz", "cut.tar", "cut.tar.gz"])
def test_an_answer_shorter_than_its_content_length_is_named(served: tuple[str, Path], name: str) -> None:
    base, folder = served
    gzipped(write(folder / "cut/labels.csv", LABELS, [f"{n:016x},machine,/m/01,0.5" for n in range(99)]))
    for archive in ("cut.tar", "cut.tar.gz"):
        pack(folder / "cut", archive).rename(folder / "cut" / archive)
    with pytest.raises(ImportProblemError, match=rf"/cut/{name}: "):
        contents(f"{base}/cut/{name}")


def test_a_file_that_changes_while_it_is_read_is_named(served: tuple[str, Path]) -> None:
    base, folder = served
    path = write(folder / "a.csv", LABELS, [])
    sources = find_sources([f"{base}/a.csv", str(path)])
    write(path, LABELS, ["more"])
    for source in sources:
        with (
            open_source(source) as stream,
            pytest.raises(ImportProblemError, match=r"a\.csv: cut off or changed while being read"),
        ):
            list(iter(partial(stream.read, 1000), b""))


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


SECRETS = ("mary", "p4ss", "s1gn", "t0k3n")


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        ("https://host.example/a/b.csv", "https://host.example/a/b.csv"),
        ("https://mary:p4ss@host.example:8443/b.csv", "https://host.example:8443/b.csv"),
        ("https://mary@host.example/x@y.csv", "https://host.example/x@y.csv"),
        ("https://host.example/x@y.csv", "https://host.example/x@y.csv"),
        ("https://[::1]:8443/x@y.csv", "https://[::1]:8443/x@y.csv"),
        ("https://mary:p4ss/p4ss@host.example/b.csv", "https://host.example/b.csv"),
        ("https://mary:p4ss?p4ss@host.example/b.csv", "https://host.example/b.csv"),
        ("https://mary:p4ss@p4ss@host.example/b.csv", "https://host.example/b.csv"),
        (
            "https://host.example/b.csv?X-Amz-Signature=s1gn&X-Amz-Credential=t0k3n#t0k3n",
            "https://host.example/b.csv?…",
        ),
        ("https://host.example/b.csv#t0k3n?s1gn", "https://host.example/b.csv"),
        ("HTTPS://mary:p4ss@host.example/b.csv?sig=s1gn", "HTTPS://host.example/b.csv?…"),
        ("https://host.example/\x1b[31m.csv", "https://host.example/\\x1b[31m.csv"),
        ("/data/mary@host?x#y.csv", "/data/mary@host?x#y.csv"),
    ],
)
def test_what_gives_access_is_not_shown(location: str, wanted: str) -> None:
    assert shown(location) == wanted


def test_addresses_in_messages_are_shown_so_too() -> None:
    message = "Client error for url 'https://mary:p4ss@host.example/b.csv?sig=s1gn'; see https://host.example/404"
    assert shown_in(message) == "Client error for url 'https://host.example/b.csv?…'; see https://host.example/404"


@pytest.mark.parametrize("path", ["/missing.csv", "/page.html", "/away/labels.csv"])
def test_no_message_shows_what_gives_access(served: tuple[str, Path], path: str) -> None:
    url = served[0].replace("https://", "https://mary:p4ss@") + path + "?sig=s1gn&token=t0k3n"
    with pytest.raises(ImportProblemError) as caught:
        contents(url)
    assert not [secret for secret in SECRETS if secret in str(caught.value)], str(caught.value)


@pytest.mark.parametrize("url", ["https://mary:p4ss/p4ss@127.0.0.1/a.csv", "https://mary:p4ss@127.0.0.1:p4ss/a.csv"])
def test_no_message_shows_a_password_that_makes_no_address(url: str) -> None:
    with pytest.raises(ImportProblemError, match="not a valid URL") as caught:
        find_sources([url])
    assert "mary" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_nothing_kept_of_an_import_gives_access(
    served: tuple[str, Path], own_data_dir: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    base = served[0].replace("https://", "https://mary:p4ss@")
    write(served[1] / "images.csv", V1, [image_row(f"{n:015x}a") for n in range(3)])
    archive = write(served[1] / "set/labels.csv", LABELS, [f"{0:015x}a,machine,/m/01,0.5", "bad,machine,/m/01,0.5"])
    archive.with_name("notes.txt").write_text("x")
    pack(archive.parent, "set.tar")
    wanted = [f"{base}/images.csv?sig=s1gn", f"{base}/set.tar?token=t0k3n"]
    call_command("import_openimages", *wanted, "--max-rejects", "0.5")
    record = Import.objects.get()
    kept = [json.dumps([record.options, record.summary]), Path(record.rejects_path).read_text(), *capsys.readouterr()]
    kept += [str(file.counts) + file.name for file in ImportFile.objects.all()]
    assert not [(secret, text) for secret in SECRETS for text in kept if secret in text]
    assert sorted(file.name for file in ImportFile.objects.all()) == [
        f"{served[0]}/images.csv?…",
        f"{served[0]}/set.tar?…!set/labels.csv",
    ]


@pytest.mark.django_db(transaction=True)
def test_addresses_that_are_shown_alike_are_read_each(served: tuple[str, Path], own_data_dir: Path) -> None:
    rows = [image_row(f"{n:015x}a") for n in range(3)]
    write(served[1] / "images.csv", V1, rows)
    url = f"{served[0]}/images.csv"
    summary = load(f"{url}?part=1", f"{url}?part=2")
    assert summary.rows["read"] == 6
    assert [file["rows"] for file in summary.files] == [3, 3]
