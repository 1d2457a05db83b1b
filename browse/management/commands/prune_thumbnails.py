"""python manage.py prune_thumbnails"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef

from browse.domain.image_ids import image_id_from_key
from browse.models import Image, PictureState
from browse.thumbnails.cache import DiskCache
from browse.thumbnails.current import config_from_settings

_DAY_S = 86_400.0
_BATCH = 5000


class Command(BaseCommand):
    help = (
        "Remove the least recently used pictures from the cache until it fits, "
        "and forget the state of pictures whose images are no longer in the data set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--max-mb", type=int, help="keep at most this many megabytes (default: the cache's cap)")
        parser.add_argument("--older-than", type=float, metavar="DAYS", help="remove everything not used for this long")
        parser.add_argument("--dry-run", action="store_true", help="only report what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        megabytes, days, dry_run = options["max_mb"], options["older_than"], options["dry_run"]
        if (megabytes is not None and megabytes < 0) or (days is not None and not days >= 0):
            raise CommandError("--max-mb and --older-than must be 0 or more.")
        config = config_from_settings()
        cache = DiskCache(config.cache_folder, max_bytes=config.max_cache_bytes)
        pruned = cache.prune(
            None if megabytes is None else megabytes << 20,
            older_than_s=None if days is None else days * _DAY_S,
            dry_run=dry_run,
        )
        if not dry_run:
            cache.remove_stale_locks()
        forgotten = forget_states_without_image(cache, dry_run=dry_run)
        self.stdout.write(
            f"{'Would remove' if dry_run else 'Removed'} {pruned.removed_files:,} of {pruned.files:,} files, "
            f"{pruned.removed_bytes / 2**20:,.1f} of {pruned.bytes / 2**20:,.1f} MB, "
            f"and the state of pictures without an image: {forgotten:,}."
        )


def forget_states_without_image(cache: DiskCache, *, dry_run: bool) -> int:
    """Remove the states whose images the data set no longer has, in small transactions, and what is kept of these;
    how many they are.
    """
    orphans = PictureState.objects.filter(~Exists(Image.objects.filter(pk=OuterRef("pk"))))
    if dry_run:
        return orphans.count()
    forgotten = 0
    while keys := list(orphans.values_list("pk", flat=True)[:_BATCH]):
        for key in keys:
            cache.forget(image_id_from_key(key))
        forgotten += PictureState.objects.filter(pk__in=keys).delete()[0]
    return forgotten
