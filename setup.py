"""Builds the package with templates and collected assets inside; everything else is in pyproject.toml.

`make wheel` runs this where the packages of requirements.txt are installed, since collecting assets needs them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent


class BuildWithAssets(build_py):
    """Python files as usual, then `viewer/packaged`: `templates`, and `staticfiles` as collectstatic makes them."""

    def run(self):
        super().run()
        library = Path(self.build_lib).resolve()
        packaged = library / "viewer" / "packaged"
        shutil.rmtree(packaged, ignore_errors=True)
        for name in ("templates", "static"):
            shutil.copytree(HERE / name, packaged / name)
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "viewer.settings",
                "OPENIMAGES_DATA_DIR": f"{folder}/data",
                "OPENIMAGES_STATE_DIR": f"{folder}/state",
                "PYTHONPATH": str(library),
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
            subprocess.run(command, cwd=library, env=environment, check=True)
        shutil.rmtree(packaged / "static")


setup(cmdclass={"build_py": BuildWithAssets})
