"""What `make run` does: tables, assets and data as far as they are missing, then the web server."""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from viewer import environment as env

SAMPLE_IMAGES = 600


def main(arguments: list[str] | None = None) -> None:
    """Make everything ready and become gunicorn."""
    parser = argparse.ArgumentParser(prog="python -m viewer.start", description=__doc__)
    parser.add_argument("--data", nargs="*", default=[], metavar="PATH", help="what import_openimages takes")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    try:
        address = env.listening_address()
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting. {error}")
    try:
        check_address(*address)
        make_ready(options.data)
    except CommandError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    say(greeting(*address))
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", "python:viewer.gunicorn", "viewer.wsgi"])


def check_address(host: str, port: int) -> None:
    """Raises CommandError where the web server could not listen there, before anything is made."""
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        message = f"No server can listen on {host}:{port}: {reason}. HOST and PORT name another address."
        raise CommandError(message) from error


def make_ready(data: list[str]) -> None:
    """Tables, assets, the data asked for or, where there are no images yet, the sample, and an index of use."""
    call_command("migrate", verbosity=0, interactive=False)
    collect_assets()
    if data:
        import_data(data)
    elif not has_images():
        import_sample()
    renew_index()


def collect_assets() -> None:
    """Collect and compress assets, unless those collected last time were the same.

    Older ones stay: a server that was started before may still give them out.
    """
    from django.conf import settings

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = fingerprint_of(asset_files())
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    say("Collecting assets ...")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint, encoding="ascii")


def asset_files() -> Iterator[Path]:
    """Every asset of the project and its packages."""
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))


def fingerprint_of(files: Iterable[Path]) -> str:
    """Changes when a file is added, removed or written."""
    digest = hashlib.sha256()
    for file in sorted(files):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def has_images() -> bool:
    """Whether an import has put images in place."""
    from browse.models import Image

    return Image.objects.exists()


def import_sample() -> None:
    """Draw the sample data set and import it."""
    from django.conf import settings

    folder = Path(settings.SAMPLE_DIR)
    say(f"There are no images yet: drawing a sample of {SAMPLE_IMAGES} and importing it ...")
    call_command("make_sample", str(folder), images=SAMPLE_IMAGES)
    call_command("import_openimages", str(folder))


def import_data(paths: list[str]) -> None:
    """Import these files; they take the sample's place, and join any other data set.

    Files that are as they were when the data set in use was made of them are not read again.
    """
    from django.conf import settings

    from browse.index_build import current_state

    stamp = Path(settings.DATA_DIR) / ".imported"
    files, state = data_fingerprint(paths), current_state()
    if state.generation and stamp.exists() and stamp.read_text(encoding="ascii") == f"{files} {state.generation}":
        say(f"Imported already: {', '.join(paths)}. To read them again: manage.py import_openimages")
        return
    call_command("import_openimages", *paths, replace=state.is_sample)
    stamp.write_text(f"{files} {current_state().generation}", encoding="ascii")


def data_fingerprint(paths: list[str]) -> str:
    """Changes when a file to import is added, removed or written. Raises CommandError for what cannot be read."""
    from browse.openimages.errors import ImportProblemError
    from browse.openimages.sources import find_sources

    try:
        sources = find_sources(paths)
    except ImportProblemError as error:
        raise CommandError(str(error)) from error
    return hashlib.sha256(repr([(source.location, source.signature) for source in sources]).encode()).hexdigest()


def renew_index() -> None:
    """Build the index anew where it is damaged, or of another version of this program."""
    from browse.checks import index_fault

    fault = index_fault()
    if fault:
        say(f"{fault}\nBuilding it anew ...")
        call_command("build_index")


def greeting(host: str, port: int) -> str:
    """Where the site is, and how to get in as an administrator."""
    name = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"""
Open Images viewer: http://{name}:{port}/
Administration:     http://{name}:{port}/admin/
An account for it:  {python} manage.py createsuperuser
Stop with Ctrl-C.
"""


def say(text: str) -> None:
    """To the terminal at once, in order with what commands print."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
