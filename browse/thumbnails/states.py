"""What is known about pictures, kept in the database."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState, SourceFailure, Subset
from browse.models.curation import is_hidden
from browse.thumbnails.outcomes import PictureRecord
from browse.thumbnails.sources import Picture, Source

logger = logging.getLogger(__name__)


_KNOWN = """
    SELECT state, reason, source, verified, version, width, height, failures, look, retry_at IS NOT NULL
    FROM browse_picturestate WHERE image_key = %s"""
"""Asked for every picture: without making the statement, and a model's row, anew each time."""


class DatabaseLedger:
    """Keeps what is known in PictureState."""

    def recall(self, image_id: str) -> PictureRecord | None:
        """What is known of this picture."""
        key = key_from_image_id(image_id)
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [key])
            found = cursor.fetchone()
        if found is None:
            return None
        *values, is_to_be_asked_again = found
        if is_to_be_asked_again:  # a time, which each driver gives in its own form
            row = PictureState.objects.filter(pk=key).first()
            return None if row is None else known_from_row(row)
        return _known_from(*values)

    def record(self, image_id: str, known: PictureRecord) -> None:
        """Keep it. A database that cannot take it now costs another fetch later, not this picture."""
        try:
            PictureState.objects.update_or_create(pk=key_from_image_id(image_id), defaults=_columns(known))
        except DatabaseError:
            logger.warning("The state of picture %s could not be saved.", image_id, exc_info=True)

    def recall_failure(self, image_id: str, source: Source) -> PictureRecord | None:
        """How this source failed, for those who wanted the picture from it alone."""
        row = SourceFailure.objects.filter(image_key=key_from_image_id(image_id), source=source).first()
        if row is None:
            return None
        retry_at = row.retry_at.timestamp() if row.retry_at else None
        return PictureRecord(PictureStatus(row.state), row.reason, source, failures=row.failures, retry_at=retry_at)

    def record_failure(self, image_id: str, source: Source, known: PictureRecord | None) -> None:
        """Keep how it failed, or that it does so no longer; as with `record`, at worst it is asked again."""
        key: dict[str, Any] = {"image_key": key_from_image_id(image_id), "source": source.value}
        try:
            if known is None:
                SourceFailure.objects.filter(**key).delete()
            else:
                columns = {name: _columns(known)[name] for name in ("state", "reason", "failures", "retry_at")}
                SourceFailure.objects.update_or_create(**key, defaults=columns)
        except DatabaseError:
            logger.warning("That %s has no picture %s could not be saved.", source, image_id, exc_info=True)

    def is_withdrawn(self, image_id: str) -> bool:
        """Whether the image was taken down."""
        return is_hidden(key_from_image_id(image_id))

    def release(self) -> None:
        """The calling thread needs the database no longer."""
        connection.close()


def known_from_row(row: PictureState) -> PictureRecord:
    """The row as a value."""
    values = (
        row.state,
        row.reason,
        row.source,
        row.verified,
        row.version,
        row.width,
        row.height,
        row.failures,
        row.look,
    )
    return replace(_known_from(*values), retry_at=row.retry_at.timestamp() if row.retry_at else None)


def _known_from(state: str, reason: str, source: str, verified: bool | int, *others: Any) -> PictureRecord:
    """The values of the columns that _KNOWN names, without the time at which to ask again."""
    version, width, height, failures, look = others
    return PictureRecord(
        PictureStatus(state),
        reason=reason,
        source=Source(source) if source else None,
        verified=bool(verified),
        version=version,
        width=width,
        height=height,
        failures=failures,
        look=look,
    )


def picture_of_row(image: Image) -> Picture:
    """What the data set says about the picture of an image."""
    return Picture(
        image_id=image.image_id,
        subset=Subset(image.subset).label,
        thumbnail_url=image.thumbnail_url,
        original_url=image.original_url,
        original_size=image.original_size,
        original_md5=image.original_md5,
        rotation=image.rotation,
    )


def _columns(known: PictureRecord) -> dict[str, object]:
    retry_at = None if known.retry_at is None else dt.datetime.fromtimestamp(known.retry_at, dt.UTC)
    return {
        "state": known.status.value,
        "reason": known.reason,
        "source": known.source.value if known.source else "",
        "verified": known.verified,
        "version": known.version,
        "width": known.width,
        "height": known.height,
        "failures": known.failures,
        "checked": timezone.now(),
        "retry_at": retry_at,
        "look": known.look,
    }
