"""The built package in a clean virtual environment: imports and serves, and needs nothing of the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.faults.switches import data_set
from tests.forked import ROOT
from tests.ports import reserved_port

pytestmark = pytest.mark.cluster
OF_PACKAGE = ("browse", "viewer", "templates", "static")
FILES = ("pyproject.toml", "setup.py", "requirements.in", "README.md", "LICENSE")
STARTS_WITHIN_S = 120


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def built_wheel(folder: Path) -> Path:
    """Built as `make wheel` does, from a copy of the checkout."""
    source = folder / "source"
    for name in OF_PACKAGE:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copyfile(ROOT / name, source / name)
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "dist", ".")
    run(sys.executable, "-m", "pip", *build, cwd=source)
    [wheel] = (folder / "dist").glob("*.whl")
    shutil.rmtree(source)
    return wheel


def test_the_wheel_imports_and_serves_from_a_clean_environment(tmp_path: Path) -> None:
    wheel, home = built_wheel(tmp_path), tmp_path / "home"
    home.mkdir()
    pins = re.findall(r"^[\w.\[\]-]+==\S+", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(pins))
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=home)
    bin_folder = tmp_path / "venv/bin"
    run(bin_folder / "python", "-m", "pip", "install", "--quiet", wheel, "-c", constraints, cwd=home)
    program = bin_folder / "openimages-viewer"
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "WEB_WORKERS": "1"}
    assert "import PATH" in run(program, cwd=home, env=env)
    assert run(program, "version", cwd=home, env=env).strip() == wheel.name.split("-")[1]
    assert "64" in run(program, "import", data_set(tmp_path / "data"), cwd=home, env=env)
    assert "Nothing is wrong" in run(program, "check_installation", cwd=home, env=env)
    assert (home / ".local/share/openimages-viewer/index").is_dir()
    port = str(reserved_port())
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([program, "serve", "--port", port], cwd=home, env=env, stdout=log, stderr=log)
    try:
        page = wait_for(f"http://127.0.0.1:{port}", server, tmp_path / "log")
        style = re.search(r'href="(/static/css/[^"]+\.css)"', page)
        assert style is not None
        assert httpx.get(f"http://127.0.0.1:{port}{style[1]}", trust_env=False).status_code == 200
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> str:
    give_up = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up and server.poll() is None:
        try:
            return httpx.get(url, timeout=30, trust_env=False).raise_for_status().text
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())
