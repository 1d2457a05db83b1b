"""Where nodes share index generations: a folder, an address that fsspec knows, or another node by http.

A generation lies there as in a data folder: `<generation>/manifest.json` and its files. Whoever fetches one compares
its manifest with its name and every file with the manifest, beside its place, and renames it there when all is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import fsspec

from browse.domain.file_modes import INDEX_FOLDER, make_folder
from browse.facets.errors import IndexUnusableError, SourceError
from browse.facets.index.layout import FILES, MANIFEST, NAME_DIGITS, Manifest, file_name, generation_name
from browse.facets.index.store import are_as_written, is_intact, read_manifest, remove_generations
from browse.facets.index.writer import GenerationWriter

PIECE_BYTES = 1 << 20
TIMEOUT_S = 30.0
READ_AHEAD_BYTES = 16 << 20
OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {"max_concurrency": 2, "config_kwargs": {"read_timeout": 10, "retries": {"total_max_attempts": 1}}}
}
"""What fsspec's packages are told, where fsspec's own settings do not say otherwise.

s3fs would hold ten parts of 50 MB, each of them twice, while it sends a file. It asks five times where nobody answers,
and botocore below it would ask five times each time.
"""

Read = Callable[[str], AbstractContextManager[Iterator[bytes]]]
"""Opens one file of a generation, by `<generation>/<file>`: its pieces. Raises SourceError."""
Report = Callable[[str, int, int], None]
_NAME = re.compile(f"[0-9a-f]{{{NAME_DIGITS}}}")


class IndexSource(Protocol):
    """A place with index generations. All raise SourceError."""

    takes: bool
    """Whether generations can be put there."""

    def read(self, name: str) -> AbstractContextManager[Iterator[bytes]]:
        """The pieces of `<generation>/<file>`."""

    def publish(self, index_dir: Path, name: str, report: Report) -> None:
        """Put a generation of a data folder there; others see it when all of it is there."""

    def remove_all_but(self, keep: set[str]) -> None:
        """Remove the other generations."""


def open_source(address: str, token: str) -> IndexSource:
    """The source at an address. The token is for nodes that are asked by http. Raises SourceError."""
    if address.startswith("/"):
        return FolderSource(Path(address))
    parts = urlsplit(address)
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost") or parts.query or parts.fragment:
            raise SourceError(shown(address), "a folder's address is file:///FOLDER, with # as %23 and ? as %3F")
        return FolderSource(Path(url2pathname(parts.path)))
    if parts.scheme in ("http", "https"):
        return HttpSource(address, token)
    return FsspecSource(address)


def fetch(source: IndexSource, place: str, index_dir: Path, name: str, report: Report) -> None:
    """Put a generation of the source into a data folder, complete and compared, or not at all. Raises SourceError.

    place: what the source is called in errors. A generation that is there and whole stays as it is.
    """
    with _told(place):
        _receive(source.read, place, index_dir, name, report)


def shown(address: str) -> str:
    """The address without what it has of names and passwords."""
    return re.sub(r"//[^/@]*@", "//", address)


def _receive(read: Read, place: str, index_dir: Path, name: str, report: Report) -> None:
    with read(f"{name}/{MANIFEST}") as pieces:
        data = b"".join(pieces)
    if generation_name(data) != name:
        raise SourceError(place, f"the manifest of generation {name} was altered or cut short")
    try:
        manifest = Manifest.from_bytes(data)
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(place, f"generation {name} is not one this version reads ({error})") from error
    with GenerationWriter(index_dir) as writer:
        for done, file in enumerate(FILES):
            report(f"fetch {name}", done, len(FILES))
            expected = manifest.files.get(file)
            if expected is None:
                raise SourceError(place, f"generation {name} has no file {file}")
            with read(f"{name}/{file_name(file)}") as pieces:
                if not writer.copy(file, pieces, expected):
                    raise SourceError(place, f"{name}/{file_name(file)} was altered or cut short")
        writer.publish(manifest)


class FolderSource:
    """A folder: a share, or another node's index folder."""

    takes = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def read(self, name: str) -> Iterator[Iterator[bytes]]:
        with (self._folder / name).open("rb") as file:
            yield _pieces(file)

    def publish(self, index_dir: Path, name: str, report: Report) -> None:
        if self._folder.resolve() == index_dir.resolve() or is_intact(self._folder, name):
            return
        with _told(str(self._folder)):
            make_folder(self._folder, INDEX_FOLDER)
            _receive(FolderSource(index_dir).read, str(self._folder), self._folder, name, report)

    def remove_all_but(self, keep: set[str]) -> None:
        remove_generations(self._folder, keep)


class HttpSource:
    """Another node, or any web server over such a folder. Nothing can be put there."""

    takes = False

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    @contextmanager
    def read(self, name: str) -> Iterator[Iterator[bytes]]:
        import httpx  # noqa: PLC0415 - of such sources alone, and takes long

        url = f"{self._address}/{name}"
        try:
            with httpx.stream("GET", url, headers=self._headers, timeout=TIMEOUT_S, trust_env=False) as answer:
                if answer.status_code != httpx.codes.OK:
                    forbidden = answer.status_code == httpx.codes.FORBIDDEN
                    hint = "; do both nodes have the same SECRET_KEY?" if forbidden else ""
                    raise SourceError(shown(self._address), f"{name} answered {answer.status_code}{hint}")
                yield answer.iter_bytes(PIECE_BYTES)
        except httpx.TimeoutException as error:
            raise SourceError(shown(self._address), f"no answer within {TIMEOUT_S:g} s") from error

    def publish(self, index_dir: Path, name: str, report: Report) -> None:
        raise SourceError(shown(self._address), "nothing can be published to an http address; run this on that node")

    def remove_all_but(self, keep: set[str]) -> None:
        """Whoever publishes there removes."""


class FsspecSource:
    """Whatever fsspec reaches, such as a bucket. Its manifest is written last, so whoever finds that finds all."""

    takes = True

    def __init__(self, address: str) -> None:
        self._place = shown(address)
        scheme = urlsplit(address).scheme
        with _told(self._place):
            self._files, self._root = fsspec.core.url_to_fs(address, **_options(scheme))
            if scheme == "s3":
                import s3fs  # noqa: PLC0415 - installed where a bucket is used

                s3fs.set_custom_error_handler(_failed_itself)

    @contextmanager
    def read(self, name: str) -> Iterator[Iterator[bytes]]:
        with self._files.open(f"{self._root}/{name}", "rb", block_size=READ_AHEAD_BYTES) as file:
            yield _pieces(file)

    def publish(self, index_dir: Path, name: str, report: Report) -> None:
        try:
            manifest = read_manifest(index_dir / name, name)
        except IndexUnusableError as error:
            raise SourceError(self._place, str(error)) from error
        with _told(self._place):
            self._make_folder(f"{self._root}/{name}")
            if self._has(name, manifest, report):
                return
            with suppress(FileNotFoundError):
                self._files.rm_file(f"{self._root}/{name}/{MANIFEST}")  # until all is there anew
            for done, file in enumerate([*map(file_name, FILES), MANIFEST]):
                report(f"publish {name}", done, len(FILES) + 1)
                self._files.put_file(str(index_dir / name / file), f"{self._root}/{name}/{file}")

    def _has(self, name: str, manifest: Manifest, report: Report) -> bool:
        """Whether all of a generation is there as it was written. What cannot be read is told when it is sent."""
        self._files.invalidate_cache()
        with suppress(SourceError), _told(self._place):
            with self.read(f"{name}/{MANIFEST}") as pieces:
                is_there = generation_name(b"".join(pieces)) == name
            for done, file in enumerate(FILES if is_there else ()):
                report(f"compare {name}", done, len(FILES))
                with self.read(f"{name}/{file_name(file)}") as pieces:
                    if not are_as_written(pieces, manifest.files[file]):
                        return False
            return is_there
        return False

    def _make_folder(self, path: str) -> None:
        """Where there are folders. What it lies in is there: else a bucket of any misspelled name would be made.

        It is looked at first: s3fs takes silence for a bucket that is not there, and asks in two further ways.
        """
        self._files.invalidate_cache()
        with suppress(FileNotFoundError, PermissionError):
            self._files.ls(self._root, detail=False)
        try:
            self._files.mkdir(path, create_parents=False)
        except FileNotFoundError as error:
            raise SourceError(self._place, "there is no such bucket or folder; make it first") from error
        except (FileExistsError, PermissionError):
            """A key that may write files need not be one that may look at buckets."""

    def remove_all_but(self, keep: set[str]) -> None:
        with _told(self._place):
            self._files.invalidate_cache()
            for path in self._files.ls(self._root, detail=False):
                name = str(path).rstrip("/").rpartition("/")[2]
                if _NAME.fullmatch(name) and name not in keep:
                    self._files.rm(path, recursive=True)


def _options(scheme: str) -> dict[str, Any]:
    """OPTIONS, but where fsspec's own settings say otherwise, which would lose against arguments.

    A copy: botocore writes into what it is given.
    """
    given = fsspec.config.conf.get(scheme, {})
    options = {
        name: value | given.get(name, {}) if isinstance(value, dict) else given.get(name, value)
        for name, value in OPTIONS.get(scheme, {}).items()
    }
    return deepcopy(options)


def _failed_itself(error: Exception) -> bool:
    """Whether S3 says that it failed, and so is to be asked again; s3fs itself does so where a connection breaks."""
    answer = getattr(error, "response", None)  # of botocore's ClientError
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) if isinstance(answer, dict) else 0
    return bool(status >= HTTPStatus.INTERNAL_SERVER_ERROR)


def _pieces(file: BinaryIO | Any) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Have whatever goes wrong there told as a SourceError: fsspec's packages have errors of their own."""
    try:
        yield
    except SourceError:
        raise
    except FileNotFoundError as error:
        what = str(error.filename or error)
        raise SourceError(place, f"{Path(what).name} is not there" if "/" in what else what) from error
    except PermissionError as error:
        hint = "" if error.errno else "; check the key and what it may do"
        raise SourceError(place, f"{_words(error).rstrip('.')}{hint}") from error
    except Exception as error:
        raise SourceError(place, _words(error)) from error


def _words(error: Exception) -> str:
    """What an error says, on one line; else what it is."""
    return " ".join(str(error).split()) or type(error).__name__
