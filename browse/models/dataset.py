"""The data set as its files give it: images, authors, licenses, labels, their hierarchy, annotations, imports.

The seven tables of the data set itself are replaced as a whole by an import: it fills shadow tables and
renames them into place in one transaction. So they carry no foreign-key constraint and no named index
(names of indexes are one per database), only primary keys and unique columns; whatever asks by label,
author or subset asks the facet index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from browse.domain.image_ids import image_id_from_key

if TYPE_CHECKING:
    _BigIntegerField = models.BigIntegerField[int, int]
else:
    _BigIntegerField = models.BigIntegerField


class ImageKeyField(_BigIntegerField):
    """A signed 64-bit key that SQLite keeps as the table's own row number, with no second index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Subset(models.IntegerChoices):
    """The three subsets, in the order in which they are listed everywhere."""

    TRAIN = 0, "train"
    VALIDATION = 1, "validation"
    TEST = 2, "test"


class Author(models.Model):
    """A Flickr account, keyed by its profile URL; display names are not unique."""

    id = models.IntegerField(primary_key=True)
    profile_url = models.TextField(unique=True)
    key = models.TextField(help_text="Last segment of a flickr.com/people URL, else x- and 12 hex digits.")
    name = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name or self.key


class License(models.Model):
    """A license as its URL stands in the data set."""

    id = models.IntegerField(primary_key=True)
    url = models.TextField(unique=True, blank=True)
    slug = models.TextField(help_text="One slug for all spellings of a license's URL, such as cc-by-2.0.")

    def __str__(self) -> str:
        return self.slug


class Label(models.Model):
    """A label, keyed by its MID; names are not unique."""

    id = models.IntegerField(primary_key=True)
    mid = models.TextField("MID", unique=True)
    name = models.TextField(help_text="The dictionary's name, or the MID where the dictionary has none.")
    in_dictionary = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.mid})"


class HierarchyRow(models.Model):
    """One label is a kind of another, or a part of it. Labels by MID, since not all of them need be in the data set."""

    pk = models.CompositePrimaryKey("parent", "child", "is_part")
    parent = models.TextField()
    child = models.TextField()
    is_part = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.child} is a {'part' if self.is_part else 'kind'} of {self.parent}"


class Source(models.Model):
    """Where an annotation comes from: machine, human, verification, ..."""

    id = models.IntegerField(primary_key=True)
    name = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.name


class ImageQuerySet(models.QuerySet["Image"]):
    """Reads of images."""

    def with_credit(self) -> ImageQuerySet:
        """Images with author and license joined, as every tile shows them."""
        return self.select_related("author", "license")


class Image(models.Model):
    """A photo on Flickr. The primary key is the ImageID as a signed integer that keeps its order."""

    id = ImageKeyField(primary_key=True)
    subset = models.SmallIntegerField(choices=Subset.choices)
    author = models.ForeignKey(Author, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    author_name = models.TextField(null=True, help_text="As given, where it differs from the author's name.")
    license = models.ForeignKey(License, models.DO_NOTHING, db_constraint=False, db_index=False)
    title = models.TextField(blank=True)
    original_url = models.TextField(blank=True)
    landing_url = models.TextField(blank=True)
    original_size = models.BigIntegerField(null=True)
    original_md5 = models.TextField(blank=True, help_text="Base64 of the 16 bytes, as the data set gives it.")
    thumbnail_url = models.TextField(blank=True)
    rotation = models.SmallIntegerField(null=True, help_text="Degrees counter-clockwise, from V4 on.")

    objects: ClassVar[models.Manager[Image]] = ImageQuerySet.as_manager()

    def __str__(self) -> str:
        return self.image_id

    @property
    def image_id(self) -> str:
        """The ImageID: 16 lower-case hex digits."""
        return image_id_from_key(self.pk)

    @property
    def credited_name(self) -> str:
        """The author's name as this image's row gives it; empty where unknown."""
        return credited_name(self.author_name, self.author.name if self.author else None)


def credited_name(own: str | None, usual: str | None) -> str:
    """How an image's row calls its author, else how the author is usually called; empty where unknown."""
    return (usual if own is None else own) or ""


class Annotation(models.Model):
    """One source's word on one label of one image."""

    pk = models.CompositePrimaryKey("image_id", "label_id", "source_id")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    label = models.ForeignKey(Label, models.DO_NOTHING, db_constraint=False, db_index=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    confidence = models.SmallIntegerField(help_text="In hundredths, 0 to 100.")

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)} {self.label_id} {self.source_id}: {self.confidence / 100:g}"


class BoxAnnotation(models.Model):
    """One box around things of one label of one image, as a box file has it."""

    pk = models.CompositePrimaryKey("image_id", "number")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.SmallIntegerField(help_text="Its place among the image's boxes, from 0, in file order.")
    label = models.ForeignKey(Label, models.DO_NOTHING, db_constraint=False, db_index=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    x_min = models.FloatField(help_text="Shares of the stored picture's width and height, from the left and the top.")
    x_max = models.FloatField()
    y_min = models.FloatField()
    y_max = models.FloatField()
    area = models.SmallIntegerField(help_text="In ten-thousandths of the picture.")
    attributes = models.SmallIntegerField(
        help_text="Two bits each, from the lowest: occluded, truncated, group, depiction, inside; 0 no, 1 yes, "
        "2 unknown."
    )
    clicks = models.BinaryField(
        null=True,
        help_text="The four extreme clicks in 20 bytes (browse/domain/box_clicks.py); null where there are none.",
    )

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)} box {self.number}: {self.label_id}"


class RelationshipAnnotation(models.Model):
    """What one thing in an image has to do with another, as a relationship file has it."""

    pk = models.CompositePrimaryKey("image_id", "number")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.SmallIntegerField(help_text="Its place among the image's relationships, from 0, in file order.")
    subject = models.ForeignKey(Label, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    relation = models.TextField(help_text="Such as on; is: the object is an attribute of the subject.")
    object = models.ForeignKey(Label, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    subject_x_min = models.FloatField()
    subject_x_max = models.FloatField()
    subject_y_min = models.FloatField()
    subject_y_max = models.FloatField()
    object_x_min = models.FloatField()
    object_x_max = models.FloatField()
    object_y_min = models.FloatField()
    object_y_max = models.FloatField()

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)}: {self.subject_id} {self.relation} {self.object_id}"


class PointAnnotation(models.Model):
    """A point on an image, and whether raters think that a label holds there, as a point file has it."""

    pk = models.CompositePrimaryKey("image_id", "number")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.SmallIntegerField(help_text="Its place among the image's points, from 0, in file order.")
    label = models.ForeignKey(Label, models.DO_NOTHING, db_constraint=False, db_index=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    x = models.FloatField(help_text="Shares of the stored picture's width and height, from the left and the top.")
    y = models.FloatField()
    verdict = models.SmallIntegerField(help_text="0 yes, 1 no, 2 unsure.")
    yes_votes = models.SmallIntegerField()
    no_votes = models.SmallIntegerField()
    unsure_votes = models.SmallIntegerField()
    text = models.TextField(blank=True, help_text="What was asked in words, where that was not the label's name.")

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)} point {self.number}: {self.label_id}"


class MaskAnnotation(models.Model):
    """The part of an image that a thing covers, as a file of masks has it; its picture stays in the release's zips."""

    pk = models.CompositePrimaryKey("image_id", "number")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.SmallIntegerField(help_text="Its place among the image's masks, from 0, in file order.")
    label = models.ForeignKey(Label, models.DO_NOTHING, db_constraint=False, db_index=False)
    file = models.TextField(blank=True, help_text="What it was read from; empty where that lay packed or elsewhere.")
    box_id = models.BigIntegerField(help_text="BoxID, as a number.")
    iou = models.BigIntegerField(help_text="PredictedIoU in hundred-thousandths; -1 where it is not recorded.")
    x_min = models.FloatField(help_text="Shares of the stored picture's width and height, from the left and the top.")
    x_max = models.FloatField()
    y_min = models.FloatField()
    y_max = models.FloatField()

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)} mask {self.number}: {self.label_id}"


class NarrativeAnnotation(models.Model):
    """What an annotator said of an image, as a file of localized narratives has it; its trace stays in that file."""

    pk = models.CompositePrimaryKey("image_id", "number")
    image = models.ForeignKey(Image, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.SmallIntegerField(help_text="Its place among the image's narratives, from 0, in file order.")
    annotator = models.SmallIntegerField()
    caption = models.TextField()
    recording = models.TextField(blank=True, help_text="The name of the voice recording.")
    file = models.TextField(blank=True, help_text="What it was read from; empty where that lay packed or elsewhere.")
    begin = models.BigIntegerField(help_text="Where its line begins in that file.")

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_id)} narrative {self.number}"


class Import(models.Model):
    """One run of import_openimages."""

    class Status(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        UNCHANGED = "unchanged"
        REFUSED = "refused"
        FAILED = "failed"

    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RUNNING)
    options = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    rejects_path = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Import {self.pk} ({self.status})"


class ImportFile(models.Model):
    """One file, or archive member, that an import read."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="files")
    name = models.TextField()
    kind = models.CharField(max_length=20)
    rows_read = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Rows by outcome.")

    def __str__(self) -> str:
        return self.name


class ImportProgress(models.Model):
    """How far an unfinished import has filled one shadow table; committed with the rows themselves."""

    table = models.TextField(primary_key=True)
    run = models.TextField(help_text="Which prepared data the rows come from.")
    rows = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.table}: {self.rows}"


class DatasetState(models.Model):
    """The one row that says which index generation belongs to the tables as they are now.

    An import changes it in the transaction that puts its tables in place; every write that changes what
    people see raises the revision in its own transaction. Builds are deterministic: from `dataset` and the last rows of
    curators that the figures include, the same generation can be built again.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    generation = models.TextField(blank=True, help_text="Empty while there is no data.")
    revision = models.BigIntegerField(default=0)
    is_sample = models.BooleanField("sample data", default=False)
    release = models.CharField(max_length=4, blank=True, help_text="Of Open Images, such as v7; empty if not known.")
    switched = models.DateTimeField("current since", null=True)
    curation_read = models.DateTimeField(
        "curators' changes up to",
        null=True,
        help_text="Figures that are counted with the index include curators' changes up to this time.",
    )
    curation_revision = models.BigIntegerField(default=0, help_text="The revision at that time.")
    curation_verdict = models.BigIntegerField(default=0, help_text="The last verdict that those figures include.")
    curation_hiding = models.BigIntegerField(default=0, help_text="The last hiding that those figures include.")
    dataset = models.TextField(blank=True, default="", help_text="What the generation was built as.")
    announced = models.TextField(
        blank=True, default="", help_text="The generation that an import is about to make current."
    )

    class Meta:
        permissions = (("reach_admin", "Can reach the administration"),)

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """`<index generation>.<revision>`, as X-Dataset-Version gives it."""
        return f"{self.generation}.{self.revision}"
