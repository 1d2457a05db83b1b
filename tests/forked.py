"""The project's programs in processes of their own, forked from one that has loaded large packages: quickly started.

Nothing of this test run's settings is in them: that process has imported packages, and nothing of the project.
tests/viewer/test_start.py starts programs as people do.
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USUAL_UMASK = 0o022
GUNICORN = ("-m", "gunicorn", "--config", "python:viewer.gunicorn", "viewer.wsgi")
LATE_GUNICORN = (*GUNICORN[:-1], "tests.late")

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.preloaded"])


def start(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    stdout: Path | None = None,
    stderr: Path | None = None,
    apart: bool = False,
) -> ForkServerProcess:
    """Start what `python ARGUMENTS` would, in the project's folder and with this environment alone.

    stdout, stderr   files, or pipes with a name, for what it writes; None for nowhere
    apart            start Python anew, which takes longer, and shares no memory with other processes
    """
    given = [str(argument) for argument in arguments]
    become = _start_anew if apart else _become
    process = _forks.Process(target=become, args=(given, dict(env), stdout or os.devnull, stderr or os.devnull))
    process.start()
    return process


def run(arguments: Sequence[str | Path], *, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what `python ARGUMENTS` would to its end, as subprocess.run does."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = start(arguments, env=env, stdout=out, stderr=err)
        process.join()
        assert process.exitcode is not None
        said = [path.read_text(encoding="utf-8") for path in (out, err)]
        return subprocess.CompletedProcess([sys.executable, *map(str, arguments)], process.exitcode, *said)


def _start_anew(arguments: list[str], env: dict[str, str], stdout: Path | str, stderr: Path | str) -> None:
    _move(stdout, stderr)
    os.execve(sys.executable, [sys.executable, *arguments], env)


def _move(stdout: Path | str, stderr: Path | str) -> None:
    for number, target in ((1, stdout), (2, stderr)):
        os.dup2(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.umask(USUAL_UMASK)
    os.chdir(ROOT)


def _become(arguments: list[str], env: dict[str, str], stdout: Path | str, stderr: Path | str) -> None:
    _move(stdout, stderr)
    os.environ.clear()
    os.environ.update(env)
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in env
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            runpy.run_path(arguments[0], run_name="__main__")
    finally:
        atexit._run_exitfuncs()
        gc.collect()  # closes databases
