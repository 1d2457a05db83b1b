"""python manage.py build_set RECIPE DIR"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from browse.management.progress import TerminalProgress
from browse.search import SearchError, current_engine
from browse.sets.build import Built, build_set
from browse.sets.comparing import differing_pairs
from browse.sets.errors import AlreadyBuiltError, SetError
from browse.sets.formats.registry import DEFAULT, FORMATS, checked_formats
from browse.sets.formats.writer import SetInfo
from browse.sets.manifest import NAME as MANIFEST
from browse.sets.manifest import Manifest, ManifestError, differences, read_manifest
from browse.sets.reading import query_reader
from browse.sets.recipe import USUAL_SIDE, PictureKind, Recipe
from browse.sets.recipe_reader import RecipeError, pictures_of, read_recipe, recipe_of

DIFFERS = 3
"""Exit status where a set was built of a manifest and its rows differ."""


EQUAL = "equal: the rows are those of the manifest"


class Command(BaseCommand):
    help = (
        "Build a training set of a recipe (JSON) in a new folder: images and pairs with targets and credit. An "
        "interrupted build resumes where it stopped. With --manifest instead of a recipe, build a set again and say "
        "whether its rows are equal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipe", type=Path, nargs="?", metavar="RECIPE", help="recipe file; - for standard input")
        parser.add_argument("folder", type=Path, metavar="DIR", help="folder that does not exist yet, or is empty")
        formats = f"may be repeated: {', '.join(FORMATS)} (default: {', '.join(DEFAULT)})"
        parser.add_argument("--format", action="append", metavar="FORMAT", dest="formats", help=formats)
        kinds = "original (verified by MD5), rendered or none, whatever the recipe says"
        parser.add_argument("--pictures", choices=list(PictureKind), help=kinds)
        parser.add_argument("--side", type=int, metavar="N", help=f"longest side of rendered pictures ({USUAL_SIDE})")
        retry = "ask again for pictures that could not be had, also where the set in DIR is finished"
        parser.add_argument("--retry", action="store_true", help=retry)
        parser.add_argument("--manifest", type=Path, metavar="FILE", help="manifest.json of the set to build again")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["recipe"] is None) == (options["manifest"] is None):
            raise CommandError("name either a recipe or, with --manifest, a manifest")
        try:
            before = _manifest(options["manifest"]) if options["manifest"] else None
            recipe, formats = _wanted(before, options["recipe"])
            recipe = _with_pictures(recipe, options["pictures"], options["side"])
            with TerminalProgress(sys.stderr) as progress:
                chosen = checked_formats(options["formats"] or formats)
                built = build_set(recipe, options["folder"], chosen, progress.report, retry=options["retry"])
            said = describe(built)
        except AlreadyBuiltError as error:
            said = str(error)  # run again after it had ended, or had been killed at its very end
        except RecipeError as error:
            raise CommandError("the recipe is wrong:\n" + "\n".join(f"  {fault}" for fault in error.faults)) from error
        except (SetError, ManifestError, SearchError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; run the same command again to resume", returncode=130) from None
        self.stdout.write(said)
        if before is not None:
            self._compare(before, options["manifest"].parent, options["folder"])

    def _compare(self, before: Manifest, folder: Path, built: Path) -> None:
        found = [*differences(before, _manifest(built / MANIFEST))]
        if found:
            found += differing_pairs(folder, built)
            raise CommandError("the rows differ:\n" + "\n".join(f"  {one}" for one in found), returncode=DIFFERS)
        self.stdout.write(EQUAL)


def _manifest(path: Path) -> Manifest:
    return read_manifest(path.read_bytes())


def _wanted(before: Manifest | None, path: Path) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe of a manifest or a file, and the manifest's formats."""
    read = query_reader(current_engine())
    if before is not None:
        return recipe_of(before.recipe, read), before.formats
    text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    return read_recipe(text, read), ()


def _with_pictures(recipe: Recipe, kind: str | None, side: int | None) -> Recipe:
    """The recipe with the pictures that the command asks for. Raises CommandError."""
    if kind is None and side is None:
        return recipe
    values = {"kind": kind or recipe.pictures.kind} | ({} if side is None else {"side": side})
    try:
        return replace(recipe, pictures=pictures_of(values))
    except RecipeError as error:
        raise CommandError("\n".join(f"--{fault}" for fault in error.faults)) from error


def describe(built: Built) -> str:
    """What was built, as a person reads it."""
    about = built.about
    lines = [
        f"Set of {about.images:,} images with {about.pairs:,} pairs in {built.folder}",
        *(f"  {split.name}: {split.images:,} images" for split in about.splits),
        *(f"  left out, {reason}: {number:,}" for reason, number in about.left_out.items() if number),
        *(f"  label left out: {mid}: {why}" for mid, why in about.left_out_labels),
        *([f"  pictures: {about.pictures.got:,}, {about.pictures.bytes:,} bytes"] if about.pictures else []),
        *_mask_lines(about),
        f"  row hash {about.row_hash}",
    ]
    return "\n".join(lines)


def _mask_lines(about: SetInfo) -> list[str]:
    if about.masks is None:
        return []
    left_out = [f"  masks left out, {reason}: {number:,}" for reason, number in about.masks.left_out.items() if number]
    return [f"  masks: {about.masks.masks:,}", *left_out]
