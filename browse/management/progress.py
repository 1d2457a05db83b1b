"""Progress of long commands on a terminal, and silence elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class TerminalProgress:
    """A line for each thing in progress: what, how far, how fast, how long still; on a terminal only."""

    def __init__(self, stream: IO[str]) -> None:
        console = Console(file=stream)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=4,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> TerminalProgress:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def report(self, what: str, done: int, total: int) -> None:
        """Note how far one thing is; total 0 where it is not known."""
        name = what if len(what) <= 48 else "…" + what[-47:]
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total or None, rate="")
        task = self._progress.tasks[self._tasks[name]]
        rate = f"{task.speed:,.{int(task.speed < 10)}f} {_unit(what)}/s" if task.speed else ""
        self._progress.update(self._tasks[name], completed=done, total=total or None, rate=rate)


def _unit(what: str) -> str:
    return "pictures" if "pictures" in what.lower() else "rows"
