"""What `make run` does: create tables, assets and data where they are missing, then start the web server."""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import runpy
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseError

from browse.domain.database_trouble import told, trouble_of
from browse.domain.disk_space import disk_full, is_full
from browse.domain.file_fingerprint import fingerprint_of
from viewer import environment as env
from viewer.apart import run_apart
from viewer.compiling import start_compiling_first, stop_compiling
from viewer.early_sample import EarlySample, is_new
from viewer.metrics_folder import gather_metrics

SAMPLE_IMAGES = 600
FIRST_START_BYTES = 64 * 1024 * 1024
"""What tables, assets, the chart library, the sample and its index take."""


def main(arguments: list[str] | None = None) -> None:
    """Make everything ready and become gunicorn."""
    gc.disable()  # loading makes little garbage, and looking for it took a fifth of the time
    parser = argparse.ArgumentParser(
        prog="python -m viewer.start",
        description="Create tables, assets, and data where they are missing, then start the web server.",
    )
    parser.add_argument("--data", nargs="*", default=[], metavar="PATH", help="paths for import_openimages")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which the first process of a container would ignore
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    own = os.getpid()
    try:
        with faults_told():
            address = env.listening_address()
            env.web_processes()  # is refused before anything is made
            check_address(*address)
            with beside_first_start(options.data) as early:
                django.setup()
                make_ready_apart(options.data, early)
        say(greeting(*address))
        serve()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    finally:
        gc.enable()
        if os.getpid() == own:  # not a worker, which ends here, too
            stop_compiling(wait=True)


def serve() -> None:
    """Become gunicorn."""
    sys.argv = ["gunicorn", "--config", "python:viewer.gunicorn", "viewer.wsgi"]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)


@contextmanager
def faults_told() -> Iterator[None]:
    """End the program with a line that says what stopped it."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"Invalid setting. {error}")
    except CommandError as error:
        sys.exit(f"Error: {error}")
    except (OSError, DatabaseError) as error:
        sys.exit(f"Error: {stopped_by(error)}")


def stopped_by(error: OSError | DatabaseError) -> str:
    """What stopped the start, in words. Raises the error where there are none."""
    if is_full(error):
        from django.conf import settings

        return f"{disk_full(Path(settings.DATA_DIR), FIRST_START_BYTES, about=True)}."
    if isinstance(error, OSError) or trouble_of(error) is None:
        raise error
    return told(error)


def check_address(host: str, port: int) -> None:
    """Raises CommandError where the web server could not listen there, before anything is made."""
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        message = f"Cannot listen on {host}:{port}: {reason}. Set HOST and PORT to another address."
        raise CommandError(message) from error


@contextmanager
def beside_first_start(data: list[str]) -> Iterator[EarlySample | None]:
    """In a new installation have kernels compiled and, if it is needed, the sample drawn while the block runs.

    Compiling goes on beside the server. Raises ImproperlyConfigured.
    """
    from django.conf import settings

    early = None
    try:
        if is_new(settings):
            start_compiling_first()
            early = None if data else EarlySample(Path(settings.SAMPLE_DIR), SAMPLE_IMAGES)
        yield early
    finally:
        if early:
            early.stop()


def make_ready_apart(data: list[str], early: EarlySample | None = None) -> None:
    """Make everything ready in a process of its own, while this one loads what it will serve with."""

    def work() -> None:
        gc.freeze()
        gc.enable()
        with faults_told():
            make_ready(data, early)

    gather_metrics()
    from viewer.loading import load_views

    run_apart(work, load_views)


def make_ready(data: list[str], early: EarlySample | None = None) -> None:
    """Tables, assets, the data asked for or, where there are no images yet, the sample, and an index of use."""
    from browse.dataset.database_check import lost_data, remember_data, why_unfit

    if why := why_unfit():
        raise CommandError(why)
    call_command("migrate", verbosity=0, interactive=False)
    collect_assets()
    if data:
        import_data(data)
        if not has_images():
            raise CommandError(
                f"{', '.join(data)}: no image rows, and there are no images yet; name a file with images"
            )
    elif lost := lost_data():
        raise CommandError(lost.says)
    elif not has_images():
        import_sample(early)
    remember_data()
    renew_index()


def collect_assets() -> None:
    """Collect and compress assets, unless those collected last time were the same.

    Older ones stay: a server that was started before may still give them out.
    """
    from django.conf import settings

    if settings.HAS_ASSETS:
        return
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


def has_images() -> bool:
    """Whether an import has put images in place."""
    from browse.models import Image

    return Image.objects.exists()


def import_sample(early: EarlySample | None = None) -> None:
    """Draw the sample data set, unless that is done or under way, and import it."""
    from django.conf import settings

    folder = Path(settings.SAMPLE_DIR)
    say(f"No images yet: generating a sample of {SAMPLE_IMAGES} and importing it ...")
    if not (early and early.is_whole()):
        call_command("make_sample", str(folder), images=SAMPLE_IMAGES)
    call_command("import_openimages", str(folder))


def import_data(paths: list[str]) -> None:
    """Import these files; they take the sample's place, and join any other data set.

    Files that are as they were when the data set in use was made of them are not read again.
    """
    from django.conf import settings

    from browse.dataset.state import current_state
    from browse.openimages.reading.locations import shown

    stamp = Path(settings.DATA_DIR) / ".imported"
    files, state = data_fingerprint(paths), current_state()
    if state.generation and stamp.exists() and stamp.read_text(encoding="ascii") == f"{files} {state.generation}":
        say(f"Already imported: {', '.join(map(shown, paths))}. To import them again: manage.py import_openimages")
        return
    call_command("import_openimages", *paths, replace=state.is_sample)
    stamp.write_text(f"{files} {current_state().generation}", encoding="ascii")


def data_fingerprint(paths: list[str]) -> str:
    """Changes when a file to import is added, removed or written. Raises CommandError for what cannot be read."""
    from browse.openimages.errors import ImportProblemError
    from browse.openimages.reading.sources import find_sources

    try:
        sources = find_sources(paths)
    except ImportProblemError as error:
        raise CommandError(str(error)) from error
    return hashlib.sha256(repr([(source.location, source.signature) for source in sources]).encode()).hexdigest()


def renew_index() -> None:
    """Fetch or build the index that the database names where it is missing here, damaged, or of another version."""
    from browse.dataset.checks import index_fault

    fault = index_fault()
    if not fault:
        return
    from browse.dataset.index_exchange import place_index
    from browse.management.progress import TerminalProgress
    from browse.openimages.errors import ImportProblemError

    say(f"{fault}\n{'Fetching' if settings_source() else 'Rebuilding'} it ...")
    try:
        with TerminalProgress(sys.stderr) as progress:
            place_index(progress.report)
    except ImportProblemError as error:
        raise CommandError(str(error)) from error


def settings_source() -> str:
    """Where the index comes from, if from elsewhere."""
    from django.conf import settings

    return str(settings.INDEX_SOURCE)


def greeting(host: str, port: int) -> str:
    """Where the site is, and how to get in as an administrator."""
    name = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"""
Open Images viewer: http://{name}:{port}/
Administration:     http://{name}:{port}/admin/
Create an account:  {python} manage.py createsuperuser
Stop with Ctrl-C.
"""


def say(text: str) -> None:
    """To the terminal at once, in order with what commands print."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
