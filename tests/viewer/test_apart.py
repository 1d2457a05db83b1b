"""Work in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from viewer.apart import run_apart


def nothing() -> None:
    """Do nothing."""


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def told_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def pressed() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_work_is_done_in_another_process_and_the_rest_in_this_one(tmp_path: Path) -> None:
    done: list[int] = []
    run_apart(lambda: (tmp_path / "pid").write_text(str(os.getpid())), lambda: done.append(os.getpid()))
    assert done == [os.getpid()]
    assert int((tmp_path / "pid").read_text()) != os.getpid()


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda: sys.exit(3), 3),
        (lambda: sys.exit("Error: no data"), 1),
        (killed, "Error: A process of the start was ended by SIGKILL."),
    ],
)
def test_work_that_fails_ends_the_program(work: Callable[[], None], code: int | str) -> None:
    with pytest.raises(SystemExit) as ended:
        run_apart(work, nothing)
    assert ended.value.code == code


def test_work_that_is_told_to_end_interrupts_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_apart(told_to_end, nothing)
    run_apart(pressed, nothing)  # Ctrl-C is for the parent, which tells it


def test_work_ends_in_good_order_when_the_program_is_interrupted(tmp_path: Path) -> None:
    def work() -> None:
        try:
            (tmp_path / "begun").touch()
            time.sleep(600)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # a second signal does not disturb it
            (tmp_path / "ended").touch()

    def interrupted() -> None:
        until((tmp_path / "begun").exists)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_apart(work, interrupted)
    assert (tmp_path / "ended").exists()


def test_work_ends_with_the_program(tmp_path: Path) -> None:
    code = """
import time
from pathlib import Path
from viewer.apart import run_apart
def work():
    try:
        Path("begun").touch()
        while True:
            time.sleep(0.1)
    finally:
        Path("ended").touch()
run_apart(work, lambda: None)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment) as program:
        until((tmp_path / "begun").exists)
        program.kill()
    until((tmp_path / "ended").exists)


def until(look: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < give_up, "It does not come."
        threading.Event().wait(0.02)
