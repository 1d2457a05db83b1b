"""Growth is cheap: each trial touches few files, and everything takes in what it adds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trials.change import Change
from tests.trials.changes import CHANGES

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("browse", "tests")
LINKED = ("viewer", "templates", "static", "docs", "manage.py", "pyproject.toml", "README.md")


def copy_of_the_project(folder: Path) -> Path:
    """What tests need; what no trial touches is linked."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name.partition(":")[0])
def test_a_trial_touches_few_files(change: Change) -> None:
    assert len(change.files) <= change.most


@pytest.mark.deep
def test_everything_takes_in_what_the_trials_add(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path / "project")
    for change in CHANGES:
        change.apply(folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/trials/taken_in.py"]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
