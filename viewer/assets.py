"""The library that draws interactive charts: no file of ours, but written out of an installed package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

from browse.domain.file_modes import share

CHART_LIBRARY = "charts/vega.js"
PACKAGE = "vl-convert-python"
SNIPPET = "window.vegaEmbed = vegaEmbed;"
OWN_SCRIPTS = "js/*.js"
IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class SharedAssetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed assets that a web server of another user can send, whatever the umask.

    Our own scripts import each other, so their imports get the names with the digests; packages' scripts stay as they
    are.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (OWN_SCRIPTS, IMPORTS))

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Make the named and compressed copies, then let everybody read all of it."""
        yield from super().post_process(*args, **kwargs)
        share(Path(self.location))


class ChartLibraryFinder(BaseFinder):
    """Finds Vega-Embed with Vega and Vega-Lite, and writes it below GENERATED_DIR where it is not there yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.GENERATED_DIR)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The library's file, for its own name only."""
        if path != CHART_LIBRARY:
            return []
        found = str(written(Path(settings.GENERATED_DIR)))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """The one file."""
        written(Path(settings.GENERATED_DIR))
        yield CHART_LIBRARY, self.storage


def written(folder: Path) -> Path:
    """The library below this folder, as the installed package has it; written where it is not, or an older one."""
    path = folder / CHART_LIBRARY
    stamp = f"/* {PACKAGE} {version(PACKAGE)} */\n"
    if _first_line(path) != stamp:
        from vl_convert import javascript_bundle  # noqa: PLC0415 - takes a second, and is needed once

        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(stamp + javascript_bundle(SNIPPET), encoding="utf-8")
        beside.replace(path)
    return path


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline()
    except FileNotFoundError:
        return ""
