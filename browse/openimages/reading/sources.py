"""Finds what a person names: folders, files in any of the containers, https URLs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.containers import Container, container_of, endings
from browse.openimages.reading.locations import shown, shown_in
from browse.openimages.reading.skipped_files import SkippedFiles, is_hidden, printable


@dataclass(frozen=True)
class Source:
    """One file to read: an absolute path, links not followed, or an https URL.

    `signature` changes when its content may have; `size` is in bytes as it lies, 0 where unknown. `folder` holds the
    folders that may name its subset, outermost first: the one that was named, or that the named file lies in, and
    those below. Folders further out are nobody's choice. `named` is the place, among the paths that a person names, of
    the last one that leads to it; `itself` tells whether one of them is this very file.
    """

    location: str
    signature: str
    size: int = 0
    is_url: bool = False
    folder: str = ""
    named: int = 0
    itself: bool = False

    @property
    def name(self) -> str:
        """What its format is told by: the path, or the URL's path."""
        return unquote(urlsplit(self.location).path) if self.is_url else self.location

    @property
    def near(self) -> str:
        """The name of the file behind those of its folders that a person named, or that lie below these."""
        return f"{self.folder}/{PurePosixPath(self.name).name}"

    @property
    def shown(self) -> str:
        """The location as it can be shown and kept: also without what an address gives access by."""
        return shown(self.location)

    @property
    def container(self) -> Container:
        """How it is packed. Raises ImportProblemError where nothing reads that."""
        found = container_of(self.name)
        if found is None:
            raise ImportProblemError(f"{self.shown}: not one of {', '.join(endings())}")
        return found


def find_sources(paths: list[str], left_out: SkippedFiles | None = None) -> list[Source]:
    """Every file named, folders walked, sorted by location; of links to one file the first.

    Files of folders that are not read are noted in `left_out`. Raises ImportProblemError for what cannot be read.
    """
    found: dict[str, Source] = {}
    for named, path in enumerate(paths):
        for source in _expand(path, left_out or SkippedFiles()):
            key = source.location if source.is_url else os.path.realpath(source.location)
            first = found.setdefault(key, source)
            found[key] = replace(first, named=named, itself=first.itself or source.itself)
    return sorted(found.values(), key=lambda source: source.location)


def _expand(text: str, left_out: SkippedFiles) -> Iterator[Source]:
    if not text:
        raise ImportProblemError("empty path; use `.` for the current folder")
    if "://" in text:
        yield _url_source(text)
        return
    path = Path(text).absolute()  # not resolved: a link's own name and folder tell format and subset
    if path.is_dir():
        yield from _folder_sources(path, left_out)
    elif not path.exists():
        raise ImportProblemError(f"{printable(text)}: no such file or folder")
    elif not _is_data(path):
        raise ImportProblemError(f"{printable(text)}: not one of {', '.join(endings())}")
    else:
        yield replace(_file_source(path, path.parent.name), itself=True)


def _folder_sources(folder: Path, left_out: SkippedFiles) -> Iterator[Source]:
    empty = True
    hidden = ""
    for file in _files(folder):
        inside = file.relative_to(folder)
        if is_hidden(str(inside)):
            left_out.add(str(folder), str(inside))
            hidden = hidden or (str(inside) if _is_data(file) else "")
        elif _is_data(file):
            empty = False
            yield _file_source(file, str(PurePosixPath(folder.name, *inside.parts[:-1])))
        else:
            left_out.add(str(folder), str(inside))
    if empty:
        but = f" except hidden ones, such as {printable(hidden)}" if hidden else ""
        raise ImportProblemError(f"{printable(str(folder))}: no {', '.join(endings())} file in this folder{but}")


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder in order, linked folders too, each folder once."""
    walked: set[tuple[str, bool]] = set()  # what a visible link leads to may lie in a hidden folder
    for place, folders, files in os.walk(folder, followlinks=True, onerror=lambda error: _refuse(error, folder)):
        once = (os.path.realpath(place), is_hidden(os.path.relpath(place, folder)))
        folders[:] = [] if once in walked else sorted(folders)
        if once not in walked:
            walked.add(once)
            yield from (Path(place, name) for name in sorted(files))


def _refuse(error: OSError, folder: Path) -> None:
    if is_hidden(os.path.relpath(str(error.filename), folder)):
        return
    raise ImportProblemError(f"{printable(str(error.filename))}: cannot be read: {error.strerror}") from error


def _is_data(path: Path) -> bool:
    return container_of(path.name) is not None


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
    except httpx.HTTPError as error:
        raise ImportProblemError(f"{shown(url)}: {shown_in(str(error))}") from error
    except (httpx.InvalidURL, ValueError) as error:
        reason = "not a valid URL; the part before @ must be percent-encoded" if "@" in url else str(error)
        raise ImportProblemError(f"{shown(url)}: {reason}") from None
    length = headers.get("content-length", "")
    signature = ":".join([headers.get("etag", ""), headers.get("last-modified", ""), length])
    size = int(length) if length.isdecimal() else 0
    return Source(url, signature, size, is_url=True, folder=PurePosixPath(unquote(parts.path)).parent.name, itself=True)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ImportProblemError(f"{shown(url)}: only https URLs are read")
    if container_of(unquote(parts.path)) is None:
        raise ImportProblemError(f"{shown(url)}: the path does not end in one of {', '.join(endings())}")
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
        raise httpx.DecodingError(f"the server sends it with Content-Encoding {encoding}, not as the plain file")


def _https_only(request: httpx.Request) -> None:
    """Also where a redirect leads."""
    if request.url.scheme != "https":
        raise httpx.UnsupportedProtocol(f"redirects to {request.url}, which is not https", request=request)
