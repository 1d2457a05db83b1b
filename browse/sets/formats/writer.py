"""What every format is told of a set, and what it has to be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from browse.domain.comparison import Estimate
from browse.sets.formats.output import Output
from browse.sets.recipe import Recipe
from browse.sets.rows import Batch


@dataclass(frozen=True)
class ClassInfo:
    """A label of a set. class_name: unique among the set's; threshold: a confidence, None where take is verified.

    positives, negatives: of the set's images. expected: the precision expected of the positives; None where it is not
    told. is_unlike: see `estimate.is_unlike`.
    """

    mid: str
    name: str
    class_name: str
    threshold: float | None
    positives: int
    negatives: int
    expected: Estimate | None
    is_unlike: bool = False


@dataclass(frozen=True)
class BoxClass:
    """A label of a set's boxes. class_name: unique among all that the set names."""

    mid: str
    name: str
    class_name: str
    boxes: int
    images: int


@dataclass(frozen=True)
class BoxInfo:
    """How many boxes a set has, on how many of its images, their hash, and the labels, by MID.

    are_upright: whether they are turned as rendered pictures are. masks: how many of them have a mask; None in sets
    without masks.
    """

    boxes: int
    images: int
    sha256: str
    classes: tuple[BoxClass, ...]
    are_upright: bool
    masks: int | None = None


@dataclass(frozen=True)
class SplitInfo:
    """A split that has images."""

    name: str
    images: int
    batches: int


@dataclass(frozen=True)
class PictureNumbers:
    """How many pictures a set has, with their bytes, and how many are missing, by reason."""

    got: int
    bytes: int
    missing: dict[str, int]


@dataclass(frozen=True)
class MaskNumbers:
    """How many masks a set has, how many it has not, by reason, and the SHA-256 of their list."""

    masks: int
    left_out: dict[str, int]
    sha256: str


@dataclass(frozen=True)
class SetInfo:
    """What is known of a set before its rows are written.

    classes      by MID.
    names        of all labels of the data set, by MID.
    dataset      what the manifest says of the data set: its digest and version.
    left_out     how many images, by reason.
    authors      how many there are; licenses: (name, URL, images) of each.
    pictures     None where the set has none, and while they are not there yet.
    boxes        None where the recipe wants none.
    masks        None where the recipe wants none, and until the rows are written.
    """

    recipe: Recipe
    classes: tuple[ClassInfo, ...]
    names: dict[str, str]
    splits: tuple[SplitInfo, ...]
    images: int
    pairs: int
    row_hash: str
    dataset: dict[str, Any]
    program: str
    left_out: dict[str, int]
    left_out_labels: tuple[tuple[str, str], ...]
    authors: int
    licenses: tuple[tuple[str, str, int], ...]
    formats: tuple[str, ...]
    pictures: PictureNumbers | None = None
    boxes: BoxInfo | None = None
    masks: MaskNumbers | None = None

    @property
    def title(self) -> str:
        """Such as "Training set of 12 labels from Open Images"."""
        labels = "1 label" if len(self.classes) == 1 else f"{len(self.classes):,} labels"
        return f"Training set of {labels} from Open Images"


def box_classes(about: SetInfo) -> tuple[BoxClass, ...]:
    """The labels of a set's boxes; none in sets without any."""
    return () if about.boxes is None else about.boxes.classes


class Writer(Protocol):
    """Writes a set in one format. It keeps nothing from batch to batch: a build may go on in another process."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """What can be written before the rows. Called again where a build goes on."""
        ...

    def write(self, batch: Batch, out: Output) -> None:
        """A batch of rows."""
        ...

    def finish(self, out: Output) -> None:
        """What can only be written behind the rows. Called again where a build was killed meanwhile."""
        ...


class Plain:
    """A writer that needs neither a beginning nor an end."""

    about: SetInfo

    def begin(self, about: SetInfo, out: Output) -> None:
        """Keep what is known of the set."""
        self.about = about

    def write(self, batch: Batch, out: Output) -> None:
        """Nothing."""

    def finish(self, out: Output) -> None:
        """Nothing."""
