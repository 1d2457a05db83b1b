"""The loader of an import that a test makes in its own process: forked from it, where Python anew would load all
packages again. Imports by the command start it as people's do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from browse.openimages.loading import bulk_load, loader_process

if TYPE_CHECKING:
    import subprocess

_forks = multiprocessing.get_context("fork")
start_anew = loader_process.start
"""As people's imports do."""


class ForkedLoader:
    """As much of subprocess.Popen as an import uses."""

    def __init__(self, job: Path) -> None:
        (out, told), (err, said) = os.pipe(), os.pipe()
        self._process = _forks.Process(target=_load, args=(str(job), told, said))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which the loader has no use for
            self._process.start()
        os.close(told)
        os.close(said)
        self.stdout, self.stderr = os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8")

    @property
    def returncode(self) -> int | None:
        """Its exit status, -N for signal N; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.stderr.close()
        self._process.join()


def fork_loaders() -> None:
    """Have imports in this process fork their loaders."""
    loader_process.start = _start


def _start(job: Path) -> subprocess.Popen[str]:
    return cast("subprocess.Popen[str]", ForkedLoader(job))


def _load(job: str, told: int, said: int) -> None:
    for number, pipe in ((1, told), (2, said)):
        os.dup2(pipe, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8")
    bulk_load.main(job)
