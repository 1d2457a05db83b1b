"""The image of deploy/Containerfile: built where there is a builder, and the site in it started, asked, and ended.

The official base image is taken where a registry can be reached, else one made from the same system's packages.
The container is a changed root alone, which needs no namespaces and no cgroups.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.forked import ROOT
from tests.ports import reserved_port
from viewer.start import SAMPLE_IMAGES

pytestmark = pytest.mark.cluster
CONTAINERFILE = ROOT / "deploy/Containerfile"
CERTIFICATES = Path("/etc/ssl/certs")
DEBIAN = ("python3", "python3-pip", "python3-venv", "python-is-python3", "ca-certificates")
"""What the official image has of what the Containerfile uses."""
PULL_S, START_S, END_S = 120, 600, 60


@dataclass(frozen=True)
class Builder:
    """buildah over a storage of its own."""

    folder: Path

    def run(self, command: str, *arguments: str | Path, timeout: float | None = None) -> str:
        done = subprocess.run(
            self.line(command, *arguments), capture_output=True, text=True, check=False, timeout=timeout
        )
        assert done.returncode == 0, f"{done.args}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout.strip()

    def line(self, command: str, *arguments: str | Path) -> list[str]:
        storage = ["--root", str(self.folder / "storage"), "--runroot", str(self.folder / "run")]
        return ["buildah", *storage, command, *map(str, arguments)]

    def remove(self) -> None:
        """With all images; its folder is a mount where it stores layers one over the other."""
        subprocess.run(self.line("rm", "--all"), capture_output=True, check=False)
        subprocess.run(["umount", self.folder / "storage/overlay"], capture_output=True, check=False)
        shutil.rmtree(self.folder)


@pytest.fixture
def builder() -> Iterator[Builder]:
    if shutil.which("buildah") is None or os.geteuid() != 0:
        pytest.skip("no builder of images here: buildah has to be installed, and the tests run as root")
    builder = Builder(Path(tempfile.mkdtemp(prefix="openimages-container-", dir="/var/tmp")))
    yield builder
    builder.remove()


def base_image(builder: Builder) -> str:
    """The official one, or one from Debian; skips the test where neither can be had."""
    [official] = re.findall(r"^FROM (\S+)$", CONTAINERFILE.read_text(), re.MULTILINE)
    try:
        builder.run("pull", "--quiet", official, timeout=PULL_S)
    except (AssertionError, subprocess.TimeoutExpired):
        return debian_image(builder, official)
    return str(official)


def debian_image(builder: Builder, official: str) -> str:
    [suite] = re.findall(r"-slim-(\w+)$", official)
    packed = builder.folder / "base.tar"
    if shutil.which("mmdebstrap") is None:
        pytest.skip(f"no base image here: {official} cannot be fetched, and there is no mmdebstrap to make one")
    allows_pip = '--customize-hook=rm "$1"/usr/lib/python3*/EXTERNALLY-MANAGED'
    make = [
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--include={','.join(DEBIAN)}",
        allows_pip,
        suite,
        str(packed),
    ]
    made = subprocess.run(make, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no base image here: {official} cannot be fetched, nor Debian's packages: {made.stderr[-300:]}")
    container = builder.run("from", "scratch")
    builder.run("add", "--quiet", container, packed, "/")
    packed.unlink()
    builder.run("commit", "--quiet", "--rm", container, "base")
    return "localhost/base"


def built_image(builder: Builder) -> dict[str, Any]:
    """What the image says of itself. Docker's format, as docs/operations.md has it."""
    trust = ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"] if CERTIFICATES.is_dir() else []
    options = ["--format", "docker", "--isolation", "chroot", "--from", base_image(builder), *trust]
    builder.run("build", *options, "--tag", "openimages", "--file", CONTAINERFILE, ROOT)
    config: dict[str, Any] = json.loads(builder.run("inspect", "--type", "image", "openimages"))["Docker"]["config"]
    return config


def test_the_image_is_built_and_its_site_starts_answers_and_ends_in_good_order(builder: Builder) -> None:
    image = built_image(builder)
    container = builder.run("from", "--pull-never", "openimages")
    port = reserved_port()
    inside = ("--isolation", "chroot", "--env", f"PORT={port}", "--env", "WEB_WORKERS=1", container, "--")
    log = builder.folder / "site.log"
    with log.open("w") as out:
        site = subprocess.Popen(builder.line("run", *inside, *image["Cmd"]), stdout=out, stderr=out)
    try:
        wait_until_ready(port, site, log)
        assert get(port, "/").status_code == 200
        assert get(port, "/api/images").json()["count"] == SAMPLE_IMAGES
        health = image["Healthcheck"]["Test"]
        assert health[0] == "CMD"
        builder.run("run", *inside, *health[1:])
        elsewhere = [f"PORT={port + 1}" if one == f"PORT={port}" else one for one in inside]
        with pytest.raises(AssertionError, match="The site does not answer"):
            builder.run("run", *elsewhere, *health[1:])
        [first] = re.findall(r"Listening at: \S+ \((\d+)\)", log.read_text())
        assert psutil.Process(int(first)).uids().real == int(image["User"])
        os.kill(int(first), signal.Signals[image["StopSignal"]])
        assert site.wait(END_S) == 0, log.read_text()[-2000:]
        assert "Shutting down: Master" in log.read_text()
    finally:
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(site.pid).children(recursive=True):
                process.kill()
        site.kill()
        site.wait()


def get(port: int, address: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{address}", timeout=60, trust_env=False)


def wait_until_ready(port: int, site: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up and site.poll() is None:
        with suppress(httpx.TransportError):
            if get(port, "/readyz").status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])
