"""Backups made while people write, each restored into an empty installation."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.dataset.test_backups import being_written_to, connected, empty, filled, rows_of  # noqa: F401 -- fixtures
from tests.faults.tally import Tally, times
from tests.live import Site


def test_backup_and_restore(filled: Site, empty: Site, tmp_path: Path, tally: Tally) -> None:  # noqa: F811
    """What is restored is of one moment: the revision says how many verdicts there are."""
    for number in range(times(20)):
        saved = tmp_path / f"saved-{number}"
        before = rows_of(filled)
        with being_written_to(filled):
            filled.manage("backup", saved, "--secret-key", tmp_path / "keys" / str(number))
        now = rows_of(filled)
        again = ["--replace"] if number else []
        empty.manage("restore", saved, "--secret-key", tmp_path / "keys" / str(number), *again)
        restored = rows_of(empty)
        verdicts = set(restored["browse_verdict"])
        with connected(empty) as connection:
            [(revision,)] = connection.execute("SELECT revision FROM browse_datasetstate").fetchall()
        held = set(before["browse_verdict"]) <= verdicts <= set(now["browse_verdict"]) and revision == len(verdicts)
        held = held and restored["browse_image"] == now["browse_image"]
        tally.tried(f"backup {number}: {len(verdicts)} verdicts of revision {revision}", holds=held)
        shutil.rmtree(saved)
