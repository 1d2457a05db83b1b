"""Write a small generated data set, in the layout of Open Images V1, with its pictures."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from browse.domain.disk_space import disk_full, is_full
from browse.sample import SampleError, usable_cores, write_sample

PICTURE_BYTES = 20_000


class Command(BaseCommand):
    help = "Generate a small sample data set with pictures, in the layout of Open Images V1."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="new or empty folder, or an earlier sample")
        parser.add_argument("--images", type=int, default=600, help="number of images (default: 600)")
        parser.add_argument("--jobs", type=int, default=usable_cores(), help="number of drawing processes")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, images = options["folder"], options["images"]
        try:
            write_sample(folder, images, jobs=options["jobs"], report=self._report)
        except SampleError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            if is_full(error):
                raise CommandError(disk_full(folder, images * PICTURE_BYTES, about=True)) from error
            raise CommandError(f"cannot write {error.filename or folder}: {error.strerror}") from error
        self.stdout.write(f"Sample of {images} images written to {folder}")

    def _report(self, done: int, total: int) -> None:
        """Say on a terminal how far the drawing is."""
        if self.stderr.isatty() and (done % 10 == 0 or done == total):
            self.stderr.write(f"\rdrawing pictures: {done} of {total}", ending="\n" if done == total else "")
            self.stderr.flush()
