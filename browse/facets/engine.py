"""What every facet engine answers, in ten roles: selection, candidates, catalogue, statistics, boxes, relationships,
points, masks, narratives, corrections.

Answers are plain values. Labels are named by MID, images by database key: how an engine numbers them never leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from browse.facets.annotations import Boxes, Masks, Narratives, PageOfBoxes, Points, Relationships, Triplet
from browse.facets.candidates import Candidates
from browse.facets.errors import NotOfferedError, QueryTimeoutError
from browse.facets.facet_counts import AnyTermFacet, BoxTermFacet, FacetCounts, PlainTermFacet, TermFacet
from browse.facets.statistics import Statistics
from browse.query.values import CheckOutcome, Query


@dataclass(frozen=True)
class PageOfImages:
    """One page: `count` images match in all; `keys` are database keys, in the query's order."""

    count: int
    keys: list[int]


class SelectedImages(Protocol):
    """The visible images that a query selects, or the first of them, as a set whose contents are counted."""

    @property
    def count(self) -> int:
        """How many images these are."""
        ...

    def annotations(self) -> int:
        """Annotations of the data set itself on these images, whatever curators say since."""
        ...

    def rulings(self) -> list[tuple[int, str]]:
        """The pairs, as image key and MID, on which curators say yes or no here; ascending."""
        ...

    def pairs(self) -> int:
        """Pairs that hold a `label` or `any` term; without such terms those in the query's range and states."""
        ...

    def labels(self) -> list[str]:
        """The MIDs of all labels with a pair here, in any state; by code point."""
        ...

    def boxes(self) -> dict[str, int]:
        """How many boxes that the query asks for, `wanted_boxes`, are here of each label that has any; by MID."""
        ...

    def masks(self) -> dict[str, int]:
        """The same of masks, `wanted_masks`."""
        ...

    def relationships(self) -> int:
        """How many relationships that the query asks for, `wanted_relations`, are here."""
        ...

    def points(self) -> int:
        """How many points that the query asks for, `wanted_points`, are here."""
        ...

    def narratives(self) -> int:
        """How many narratives are here whose caption the query asks for; all without `caption`."""
        ...

    def images_by_mask_file(self) -> list[int]:
        """For each file that masks counted here were read from, and each first digit of their ImageIDs, the first
        image, by database key; ascending.
        """
        ...

    def images_by_narrative_file(self) -> list[int]:
        """The same of narratives."""
        ...


class Selection(Protocol):
    """Which images match a query, and how many.

    Unknown MIDs, authors and licenses raise UnknownValueError. `deadline`, in seconds of time.monotonic(), is looked
    at between steps; once it is past, QueryTimeoutError is raised. None as `top` or `top_authors` means all.
    """

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        ...

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """Page `number`, from 1, of `size` images; empty after the last."""
        ...

    def after(self, query: Query, key: int | None, *, size: int, deadline: float | None = None) -> list[int]:
        """The first `size` matching images after a database key, None being before all, in the order of ImageIDs."""
        ...

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        ...

    def authors_named(
        self, query: Query, text: str, *, top: int | None = None, deadline: float | None = None
    ) -> list[tuple[str, int, int]]:
        """The `authors` of a query's facets, at most `top`, that a text finds: those whose name has, for each word of
        the text, a word that begins with it, and the one whose key it is.
        """
        ...

    def selected(self, query: Query, *, limit: int | None = None, deadline: float | None = None) -> SelectedImages:
        """The images that match, or the first `limit` of them in the query's order. May raise NotOfferedError."""
        ...

    def candidates(self, query: Query, *, deadline: float | None = None) -> Candidates:
        """The images that match, with their pairs, for a training set to be chosen from."""
        ...


class Catalogue(Protocol):
    """What the data set has. Hidden images are not there; labels, authors and licenses are, with images or without."""

    @property
    def generation(self) -> str:
        """The index generation that belongs to the tables answered from."""
        ...

    @property
    def digest(self) -> str:
        """The data set digest; empty where it is not known."""
        ...

    @property
    def images(self) -> int:
        """How many images there are."""
        ...

    @property
    def has_rotations(self) -> bool:
        """Whether the rotation of any image is known."""
        ...

    @property
    def labels(self) -> Sequence[str]:
        """The MIDs of all labels, by code point."""
        ...

    @property
    def licenses(self) -> Sequence[str]:
        """The slugs of all licenses, by code point."""
        ...

    @property
    def subsets(self) -> list[str]:
        """The subsets that have images, hidden ones too, in listing order."""
        ...

    @property
    def confidences(self) -> list[int]:
        """The distinct pair confidences, ascending, in hundredths."""
        ...

    def has_label(self, mid: str) -> bool:
        """Whether there is such a label."""
        ...

    @property
    def has_hierarchy(self) -> bool:
        """Whether any label has others below it."""
        ...

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one, at any depth, by code point. Raises UnknownValueError."""
        ...

    def has_author(self, key: str) -> bool:
        """Whether there is an author of this key."""
        ...

    def has_license(self, slug: str) -> bool:
        """Whether there is such a license."""
        ...

    def author_id(self, key: str) -> int | None:
        """The Author row id of a key, the smallest of several; None where there is no such author."""
        ...

    def label_counts(self) -> dict[str, int]:
        """For every label the count of `label=MID`."""
        ...

    def group_counts(self) -> dict[str, int]:
        """For every label that has others below it the count of `label=MID*`."""
        ...

    def keys_of_photo(self, photo: int) -> list[int]:
        """The database keys of the images with this photo id at Flickr, by ImageID. May raise NotOfferedError."""
        ...

    def keys_of_md5_head(self, head: bytes) -> list[int]:
        """The database keys of the images whose MD5 begins with these four bytes, by ImageID."""
        ...

    def suggested_authors(self, words: Sequence[str], *, top: int) -> list[tuple[str, int, int]]:
        """[(author key, author row id, images)] of authors with images whose usual name has all these words, the last
        of them perhaps as the beginning of a word; largest first, ties by key, at most `top`. None without words.
        """
        ...

    def duplicates(self, key: int) -> list[int]:
        """The database keys of all images with this one's MD5, itself among them; none where it is the only one."""
        ...

    def similar(self, key: int, *, top: int, deadline: float | None = None) -> list[tuple[int, int]]:
        """[(database key, likeness in millionths)] of the images whose labels are most like this one's, at most `top`.

        Likeness is the cosine of `domain.likeness`, over the labels that an image has in default states. Largest first,
        ties by ImageID; without those of no likeness, itself, and images with its MD5. None for an image that is not
        there.
        """
        ...


class Corrections(Protocol):
    """What curators say, laid over the data set. An engine does not change: each has the corrections that it has."""

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None = None,
        checks: Mapping[int, CheckOutcome] | None = None,
    ) -> Engine:
        """The engine with other words on some pairs (image key, MID), None being nobody's, other hidden images, and
        other newest license checks.

        Images and labels that the data set does not have are left out. An engine that reads curators' rows itself
        may give itself.
        """
        ...

    def without_corrections(self) -> Engine:
        """The engine of the data set alone: hidden images are found, verdicts and license checks count for nothing."""
        ...

    def is_hidden(self, key: int) -> bool:
        """Whether the image with this key is hidden."""
        ...

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """For visible images by their keys what curators say, by MID; images without verdicts are left out."""
        ...


class Engine(Selection, Catalogue, Boxes, Relationships, Points, Masks, Narratives, Corrections, Protocol):
    """Answers over one version of the data set, in all roles. Threads may share one."""

    @property
    def statistics(self) -> Statistics:
        """Counts over the whole data set."""
        ...

    def reread(self) -> Iterator[float]:
        """Check again, piece by piece, what it answers from: after each the share of all that it was.

        Raises IndexUnusableError for what was changed since it was opened. An engine without files has no pieces.
        """
        ...

    def close(self) -> None:
        """Let go of what is held on disk; answers under way, and later ones, still come out right."""
        ...


class UnknownValueError(LookupError):
    """A MID, author key or license slug that the data set does not have."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"{parameter}: the data set has no {value!r}")
        self.parameter = parameter
        self.value = value


__all__ = [
    "AnyTermFacet",
    "BoxTermFacet",
    "Boxes",
    "Candidates",
    "Catalogue",
    "Corrections",
    "Engine",
    "FacetCounts",
    "Masks",
    "Narratives",
    "NotOfferedError",
    "PageOfBoxes",
    "PageOfImages",
    "PlainTermFacet",
    "Points",
    "QueryTimeoutError",
    "Relationships",
    "SelectedImages",
    "Selection",
    "Statistics",
    "TermFacet",
    "Triplet",
    "UnknownValueError",
]
