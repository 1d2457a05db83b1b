"""`python -m browse.sample FOLDER IMAGES` writes a sample as `manage.py make_sample` does, but loads no Django."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from browse.sample.files import usable_cores, write_sample

FINISHED = b"finished\n"
"""What is printed once all files are there."""
NICE = 2
"""Drawing, which all cores share, gives way a little to what has one core alone."""


def main(folder: str, images: str) -> None:
    """Write the sample, unless a signal to end comes first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.nice(NICE)
    write_sample(Path(folder), int(images), jobs=usable_cores())
    sys.stdout.buffer.write(FINISHED)


if __name__ == "__main__":
    main(*sys.argv[1:])
