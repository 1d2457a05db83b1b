"""Finds what a person names: folders, .csv, .csv.gz, .tar, .tar.gz, https URLs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from browse.openimages.errors import ImportProblemError
from browse.openimages.left_out import LeftOut, printable

SUFFIXES = (".csv", ".csv.gz", ".tar.gz", ".tgz", ".tar")


@dataclass(frozen=True)
class Source:
    """One file to read: an absolute path, links not followed, or an https URL.

    `signature` changes when its content may have; `size` is in bytes as it lies, 0 where unknown. `folder` holds the
    folders that may name its subset, outermost first: the one that was named, or that the named file lies in, and
    those below. Folders further out are nobody's choice.
    """

    location: str
    signature: str
    size: int = 0
    is_url: bool = False
    folder: str = ""

    @property
    def name(self) -> str:
        """What its format is told by: the path, or the URL's path."""
        return unquote(urlsplit(self.location).path) if self.is_url else self.location

    @property
    def shown(self) -> str:
        """The location as it can be shown and kept."""
        return printable(self.location)

    @property
    def is_archive(self) -> bool:
        return self.name.lower().endswith((".tar.gz", ".tgz", ".tar"))


def find_sources(paths: list[str], left_out: LeftOut | None = None) -> list[Source]:
    """Every file named, folders walked, sorted by location; of links to one file the first.

    Files of folders that are not read are noted in `left_out`. Raises ImportProblemError for what cannot be read.
    """
    found: dict[str, Source] = {}
    for path in paths:
        for source in _expand(path, left_out or LeftOut()):
            found.setdefault(source.location if source.is_url else os.path.realpath(source.location), source)
    return sorted(found.values(), key=lambda source: source.location)


def _expand(text: str, left_out: LeftOut) -> Iterator[Source]:
    if not text:
        raise ImportProblemError("an empty path; `.` is the folder one is in")
    if "://" in text:
        yield _url_source(text)
        return
    path = Path(text).absolute()  # not resolved: a link's own name and folder tell format and subset
    if path.is_dir():
        yield from _folder_sources(path, left_out)
    elif not path.exists():
        raise ImportProblemError(f"{printable(text)}: no such file or folder")
    elif not _is_data(path):
        raise ImportProblemError(f"{printable(text)}: not one of {', '.join(SUFFIXES)}")
    else:
        yield _file_source(path, path.parent.name)


def _folder_sources(folder: Path, left_out: LeftOut) -> Iterator[Source]:
    empty = True
    for file in _files(folder):
        inside = file.relative_to(folder)
        if _is_data(file):
            empty = False
            yield _file_source(file, str(PurePosixPath(folder.name, *inside.parts[:-1])))
        else:
            left_out.add(str(folder), str(inside))
    if empty:
        raise ImportProblemError(f"{printable(str(folder))}: no {', '.join(SUFFIXES)} file in this folder")


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder in order, linked folders too, each folder once."""
    walked: set[str] = set()
    for place, folders, files in os.walk(folder, followlinks=True, onerror=_refuse):
        real = os.path.realpath(place)
        folders[:] = [] if real in walked else sorted(folders)
        if real not in walked:
            walked.add(real)
            yield from (Path(place, name) for name in sorted(files))


def _refuse(error: OSError) -> None:
    raise ImportProblemError(f"{printable(str(error.filename))}: cannot be read: {error.strerror}") from error


def _is_data(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def _file_source(path: Path, folder: str) -> Source:
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ImportProblemError(f"{printable(str(path))}: cannot be read; check its permissions")
    status = path.stat()
    return Source(str(path), f"{status.st_size}:{status.st_mtime_ns}", status.st_size, folder=folder)


def _url_source(url: str) -> Source:
    try:
        parts = urlsplit(url)
        with client() as asking, asking.stream("GET", _checked(url)) as answer:
            refuse_status_and_encoding(answer)
            headers = answer.headers
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ImportProblemError(f"{printable(url)}: {error}") from error
    length = headers.get("content-length", "")
    signature = ":".join([headers.get("etag", ""), headers.get("last-modified", ""), length])
    size = int(length) if length.isdecimal() else 0
    return Source(url, signature, size, is_url=True, folder=PurePosixPath(unquote(parts.path)).parent.name)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ImportProblemError(f"{printable(url)}: only https URLs are read")
    if not unquote(parts.path).lower().endswith(SUFFIXES):
        raise ImportProblemError(f"{printable(url)}: the path does not end in one of {', '.join(SUFFIXES)}")
    return url


def client() -> httpx.Client:
    """What asks for https addresses, and for their bytes as they lie."""
    headers = {"Accept-Encoding": "identity"}
    return httpx.Client(follow_redirects=True, timeout=60, headers=headers, event_hooks={"request": [_https_only]})


def refuse_status_and_encoding(answer: httpx.Response) -> None:
    """Raise httpx.HTTPError unless the answer brings the file as it lies."""
    answer.raise_for_status()
    encoding = answer.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise httpx.DecodingError(f"the server sends it with Content-Encoding {encoding}, not as it lies")


def _https_only(request: httpx.Request) -> None:
    """Also where a redirect leads."""
    if request.url.scheme != "https":
        raise httpx.UnsupportedProtocol(f"leads to {request.url}, which is not https", request=request)
