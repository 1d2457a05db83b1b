"""Work in a process of its own, whose memory goes with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context, parent_process

INTERRUPTED = 130
"""How a process ends that was told to."""


def run_apart(work: Callable[[], object], meanwhile: Callable[[], object]) -> None:
    """Run `work` in a fork of this process, and `meanwhile` in this one; returns once both are done.

    The fork ends with this process, and when this one is interrupted, which Ctrl-C does to this one alone. Raises
    KeyboardInterrupt where either is; SystemExit where the fork ends otherwise than well, which has told why.
    """
    process = get_context("fork").Process(target=_run, args=(work,))
    process.start()
    try:
        meanwhile()
        process.join()
    except BaseException:
        process.terminate()
        process.join()
        raise
    code = process.exitcode
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code:
        sys.exit(code if code > 0 else f"Error: A process of the start was ended by {signal.Signals(-code).name}.")


def _run(work: Callable[[], object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt_once)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _interrupt_once(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
