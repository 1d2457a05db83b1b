"""What `make run` stands on: the Python it finds, what it installs, what it tells."""

import gc
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import management
from django.core.management import CommandError

from browse.dataset.checks import check_index, index_fault
from browse.dataset.database_check import remember_data
from browse.domain.held_data import MARK, remember
from tests.datasets import load_example
from tests.forked import GUNICORN
from tests.live import Site
from tests.openimages.files import V1, image_row, write
from tests.ports import reserved_port
from viewer import commands, start

ROOT = Path(__file__).resolve().parents[2]
PYTHON_NAMES = ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14")


def make(tmp_path: Path, *arguments: str, pythons: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run make where these names are the only Pythons; the others fail, as an old one's check does."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in PYTHON_NAMES:
        (tools / name).write_text(f"#!/bin/sh\n{pythons.get(name, 'exit 1')}\n")
        (tools / name).chmod(0o755)
    return subprocess.run(
        [shutil.which("make") or "make", f"VENV={tmp_path / 'venv'}", *arguments],
        cwd=ROOT,
        env={"PATH": f"{tools}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_older_python3_gives_way_to_a_newer_one_by_its_full_name(tmp_path: Path) -> None:
    done = make(tmp_path, "--dry-run", "run", pythons={"python3.12": "exit 0", "python": "exit 0"})
    assert done.returncode == 0, done.stderr
    assert f'"python3.12" -m venv {tmp_path}' in done.stdout


@pytest.mark.parametrize(("named", "words"), [([], "none was found"), (["PYTHON=python3.11"], "python3.11 is not one")])
def test_without_a_new_enough_python_make_says_what_is_needed(tmp_path: Path, named: list[str], words: str) -> None:
    done = make(tmp_path, *named, "run", pythons={})
    assert done.returncode != 0
    assert f"Python 3.11 or later is needed, and {words}." in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.deep
@pytest.mark.parametrize("lends", [True, False])
def test_an_environment_has_a_pip_of_its_own_only_where_its_python_lends_none(tmp_path: Path, lends: bool) -> None:
    program = tmp_path / "venv/bin/python"
    old = "" if lends else 'case "$2" in "import pip"*) exit 1; esac; '
    done = make(tmp_path, str(program), pythons={"python3": f'{old}exec "{sys.executable}" "$@"'})
    assert done.returncode == 0, done.stderr
    own = subprocess.run([program, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    assert own is not lends
    (tmp_path / "bin").rename(tmp_path / "used")
    done = make(tmp_path, "--dry-run", "run", pythons={"python3": "exit 0"})
    pip = f"python3 -m pip --python {program} install" if lends else f"{program} -m pip install"
    assert f" {pip} --quiet" in done.stdout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_place_of_their_own(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    wanted = re.compile(r"#.*|    #.*|[a-z0-9.-]+==[^ /]+( ; [^/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|")
    assert [line for line in lines if not wanted.fullmatch(line)] == []
    assert not [line for line in lines if "/" in line]
    assert sum("==" in line for line in lines) > 20


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("[::]", "[::1]"), ("example.org", "example.org")],
)
def test_the_greeting_gives_an_address_that_can_be_opened(host: str, shown: str) -> None:
    text = start.greeting(host, 8123)
    assert f"http://{shown}:8123/\n" in text
    assert "manage.py createsuperuser" in text
    assert Path(sys.executable).name in text


def started(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the start with these settings, or this module, comes to, where it does not become a server."""
    return subprocess.run(
        [sys.executable, "-m", *(command or ["viewer.start"])],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "OPENIMAGES_DATA_DIR": str(folder / "data"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_port_stops_the_start_before_anything_is_made(tmp_path: Path) -> None:
    done = started(tmp_path, PORT="http")
    assert done.returncode == 1
    assert done.stderr == "Invalid setting. PORT: 'http' is not a whole number from 1 to 65535.\n"
    assert not (tmp_path / "data").exists()


def test_a_wrong_number_of_threads_stops_the_start_before_anything_is_made(tmp_path: Path) -> None:
    done = started(tmp_path, WEB_THREADS="x")
    assert done.returncode == 1
    assert done.stderr == "Invalid setting. WEB_THREADS: 'x' is not a whole number from 1 to 64.\n"
    assert not (tmp_path / "data" / "openimages.sqlite3").exists()


def test_an_address_that_is_taken_stops_the_start_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = started(tmp_path, PORT=str(port))
    assert done.returncode == 1
    message = f"Cannot listen on 127.0.0.1:{port}: Address already in use. Set HOST and PORT to another address."
    assert done.stderr == f"Error: {message}\n"
    assert not (tmp_path / "data" / "openimages.sqlite3").exists()


def test_a_data_folder_that_lost_its_data_stops_the_start_before_anything_is_made(tmp_path: Path) -> None:
    data, state = tmp_path / "data", tmp_path / "state"
    data.mkdir()
    remember(data, state, "openimages.sqlite3")
    (data / MARK).unlink()
    done = started(tmp_path, OPENIMAGES_STATE_DIR=str(state))
    assert done.returncode == 1
    assert f"Invalid setting. OPENIMAGES_DATA_DIR: {data} held data, but the data is gone." in done.stderr
    assert not list(data.iterdir())


@pytest.mark.parametrize("module", ["viewer.start", "gunicorn"])
def test_a_database_that_is_gone_stops_the_start_and_is_not_made_anew(tmp_path: Path, module: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    remember(data, tmp_path / "state", "openimages.sqlite3")
    serving = ["--config", "python:viewer.gunicorn", "viewer.wsgi"] if module == "gunicorn" else []
    port = reserved_port()
    done = started(tmp_path, module, *serving, OPENIMAGES_STATE_DIR=str(tmp_path / "state"), PORT=str(port))
    assert done.returncode == 1
    assert f"Error: The database {data / 'openimages.sqlite3'} held a data set" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (data / "openimages.sqlite3").exists()


@pytest.mark.django_db
def test_the_sample_never_takes_the_place_of_data_that_is_gone(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR, settings.STATE_DIR = tmp_path / "data", tmp_path / "state"
    settings.DATA_DIR.mkdir()
    called: list[str] = []
    monkeypatch.setattr(start, "call_command", lambda name, *_, **__: called.append(name))
    remember_data()
    with pytest.raises(CommandError, match="now has no images"):
        start.make_ready([])
    assert "make_sample" not in called
    (settings.DATA_DIR / MARK).unlink()
    start.make_ready([])
    assert "make_sample" in called


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(("data", "drawn"), [([], True), (["images.csv"], False)])
def test_a_first_start_compiles_and_draws_beside_its_work_and_compiles_afterwards(
    monkeypatch: pytest.MonkeyPatch, data: list[str], drawn: bool, fails: bool
) -> None:
    called: list[str] = []

    class Early:
        def __init__(self, *_: object) -> None:
            called.append("drawing")

        def stop(self) -> None:
            called.append("drawing stopped")

    monkeypatch.setattr(start, "is_new", lambda _: True)
    monkeypatch.setattr(start, "EarlySample", Early)
    monkeypatch.setattr(start, "start_compiling_first", lambda: called.append("compiling"))
    with pytest.raises(KeyboardInterrupt) if fails else nullcontext(), start.beside_first_start(data) as early:
        assert isinstance(early, Early) is drawn
        called.append("work")
        if fails:
            raise KeyboardInterrupt
    assert called == ["compiling", *(["drawing"] * drawn), "work", *(["drawing stopped"] * drawn)]


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is made, and any address free."""
    monkeypatch.setattr(start, "check_address", lambda *_: None)
    monkeypatch.setattr(start, "is_new", lambda _: False)
    monkeypatch.setattr(start, "make_ready_apart", lambda *_: None)


@pytest.mark.parametrize(
    ("ends", "code"), [(KeyboardInterrupt(), "Stopped."), (SystemExit("Error: no database"), "Error: no database")]
)
def test_a_server_that_ends_before_it_serves_leaves_no_compiling_behind(
    ready: None, monkeypatch: pytest.MonkeyPatch, ends: BaseException, code: str
) -> None:
    called: list[object] = []

    def serve() -> None:
        raise ends

    monkeypatch.setattr(start, "serve", serve)
    monkeypatch.setattr(start, "stop_compiling", lambda **how: called.append(how))
    with pytest.raises(SystemExit) as ended:
        start.main([])
    assert ended.value.code == code
    assert called == [{"wait": True}]
    assert gc.isenabled()


def test_a_worker_that_ends_does_not_stop_the_compiling(ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    pids = iter([1, 2])  # of the process that starts, and of the worker
    monkeypatch.setattr(start.os, "getpid", lambda: next(pids))
    monkeypatch.setattr(start, "serve", sys.exit)
    monkeypatch.setattr(start, "stop_compiling", lambda **how: called.append(how))
    with pytest.raises(SystemExit):
        start.main([])
    assert not called


def test_a_further_start_leaves_compiling_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(start, "is_new", lambda _: False)
    monkeypatch.setattr(start, "start_compiling_first", lambda: called.append("compiling"))
    with start.beside_first_start([]) as early:
        assert early is None
    assert not called


@pytest.mark.parametrize("program", [("manage.py", "check"), (*GUNICORN, "--check-config")])
def test_programs_start_from_the_command_line(tmp_path: Path, program: tuple[str, ...]) -> None:
    environment = {"PATH": os.environ["PATH"], "OPENIMAGES_DATA_DIR": str(tmp_path / "data")}
    subprocess.run([sys.executable, *program], cwd=ROOT, env=environment, capture_output=True, check=True)


def test_a_command_that_is_stopped_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(arguments: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "execute_from_command_line", stop)
    with pytest.raises(SystemExit) as ended:
        commands.manage([])
    assert (ended.value.code, capsys.readouterr().err) == (130, "Stopped.\n")


@pytest.mark.deep
def test_a_start_that_is_told_to_end_does_so_before_its_sample_is_made(tmp_path: Path) -> None:
    port = str(reserved_port())
    folders = {"OPENIMAGES_DATA_DIR": str(tmp_path / "data"), "OPENIMAGES_STATE_DIR": str(tmp_path / "state")}
    environment = {"PATH": os.environ["PATH"], "PORT": port, **folders}
    command = [sys.executable, "-m", "viewer.start"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as started:
        assert started.stderr is not None
        assert any("No images yet" in line for line in started.stderr)
        started.terminate()
        assert (started.stderr.read().splitlines()[-1], started.wait()) == ("Stopped.", 1)


def test_a_server_that_is_told_to_end_does_so_before_its_application_is_loaded(tmp_path: Path) -> None:
    """Also as a container's first process, for which a signal that it does not handle is as good as ignored."""
    (tmp_path / "long_to_load.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    folders = {"OPENIMAGES_DATA_DIR": str(tmp_path / "data"), "OPENIMAGES_STATE_DIR": str(tmp_path / "state")}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{tmp_path}", **folders}
    gunicorn = f"{sys.executable} -m gunicorn --config python:viewer.gunicorn long_to_load"
    command = ["/bin/sh", "-c", f"trap '' TERM; exec {gunicorn}"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert any("loading" in line for line in started.stdout)
        started.terminate()
        assert started.wait() == 0


def test_a_start_serves_from_its_own_process(sample: Site, tmp_path: Path) -> None:
    site = sample.copied_to(tmp_path / "data")
    port = str(reserved_port())
    environment = site.environment | {"PORT": port, "METRICS": "1"}
    for _ in range(2):  # assets are collected by the first
        with subprocess.Popen([sys.executable, "-m", "viewer.start"], cwd=ROOT, env=environment) as started:
            answered = opened(f"http://127.0.0.1:{port}/", started)
            numbers = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
            command = Path(f"/proc/{started.pid}/cmdline").read_text()
            started.terminate()
            assert (answered, started.wait()) == (200, 0)
        assert "viewer.start" in command
        assert 'view="browse:index"' in numbers


@pytest.mark.deep
def test_a_first_start_shows_the_sample_and_keeps_nothing_of_its_import(tmp_path: Path) -> None:
    port = str(reserved_port())
    folders = {"OPENIMAGES_DATA_DIR": str(tmp_path / "data"), "OPENIMAGES_STATE_DIR": str(tmp_path / "state")}
    environment = {"PATH": os.environ["PATH"], "PORT": port, "NUMBA_CACHE_DIR": str(tmp_path / "numba"), **folders}
    with subprocess.Popen([sys.executable, "-m", "viewer.start"], cwd=ROOT, env=environment) as started:
        try:
            assert opened(f"http://127.0.0.1:{port}/", started) == 200
            page = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=60).text
            [picture, *_] = re.findall(r'src="(/thumb/[^"]+)"', page)
            style = re.search(r'href="(/static/css/[^"]+\.[0-9a-f]{12}\.css)"', page)
            assert style
            for address, kind in ((picture, "image/"), (style[1], "text/css")):
                answer = httpx.get(f"http://127.0.0.1:{port}{address}", trust_env=False, timeout=60)
                assert (answer.status_code, answer.headers["Content-Type"][: len(kind)]) == (200, kind)
            assert "vl_convert" not in Path(f"/proc/{started.pid}/maps").read_text()
        finally:
            started.terminate()
        assert started.wait() == 0


def opened(url: str, started: subprocess.Popen[bytes]) -> int:
    """The status of a page, once there is a server."""
    while started.poll() is None:
        with suppress(httpx.TransportError):
            return httpx.get(url, timeout=60, trust_env=False).status_code
        time.sleep(0.1)
    raise AssertionError("The start ended.")


def test_assets_that_a_running_server_gives_out_stay(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    older = tmp_path / "css" / "browse.0123456789ab.css"
    older.parent.mkdir()
    older.write_text("a {}")
    start.collect_assets()
    assert older.exists()
    assert (tmp_path / "css" / "browse.css").exists()


@pytest.mark.django_db
def test_an_index_that_cannot_be_used_is_named_by_the_check_and_built_anew(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    settings.INDEX_DIR = tmp_path / "index"
    damaged = settings.INDEX_DIR / load_example(settings.INDEX_DIR)
    assert check_index() == []
    before = index_fault()
    file = max(damaged.iterdir(), key=lambda path: path.stat().st_size)
    file.write_bytes(file.read_bytes()[:-1])
    [warning] = check_index()
    assert before is None
    assert file.name in warning.msg
    assert "python manage.py build_index" in warning.msg
    start.renew_index()
    assert index_fault() is None
    assert file.name in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_files_that_were_imported_are_read_again_only_when_they_or_the_data_set_changed(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    settings.INDEX_DIR = tmp_path / "index"
    data = write(tmp_path / "train/images.csv", V1, [image_row("0000000000000001")])
    imports: list[tuple[str, ...]] = []

    def call_command(name: str, *paths: str, **options: Any) -> None:
        imports.append((name, *paths))
        management.call_command(name, *paths, **options, stdout=io.StringIO())

    monkeypatch.setattr(start, "call_command", call_command)
    for expected in (1, 1):
        start.import_data([str(data)])
        assert len(imports) == expected
    write(data, V1, [image_row("0000000000000001", Title="another")])
    start.import_data([str(data)])
    assert len(imports) == 2
    more = write(tmp_path / "more/train/images.csv", V1, [image_row("0000000000000002")])
    management.call_command("import_openimages", str(more), stdout=io.StringIO())
    start.import_data([str(data)])
    assert len(imports) == 3
    with pytest.raises(CommandError, match="nowhere"):
        start.import_data([str(tmp_path / "nowhere")])
