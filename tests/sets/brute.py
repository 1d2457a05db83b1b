"""training sets in plain Python: each image looked at by itself, each rule in its own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from browse.query.values import SUBSETS, Query, State
from browse.sets.recipe import Apart, Duplicates, Negatives, Pairs, Recipe, Take
from tests.facets.brute import BruteForce, mix
from tests.facets.datasets import Photo

Row = tuple[str, dict[str, tuple[str, int, int | None]]]
"""The split of an image, and by MID the state, confidence and target of its pairs."""


@dataclass
class PlainSet:
    """What a recipe makes of a data set. left_out: reason by ImageID; added: of each label and split what was added."""

    rows: dict[str, Row] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    added: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def counts(self) -> Counter[tuple[str, str, int]]:
        """How many images have each label, split and target."""
        pairs = ((mid, split, target) for split, found in self.rows.values() for mid, (_, _, target) in found.items())
        return Counter((mid, split, target) for mid, split, target in pairs if target is not None)


class Plain:
    """A recipe whose labels have thresholds, over a data set."""

    def __init__(self, brute: BruteForce, recipe: Recipe) -> None:
        self.recipe, self.brute = recipe, brute
        self.photos = [photo for photo in brute.dataset.photos if brute.matches(Query(), photo)]
        self.targets = {
            photo.image_id: {
                mid: target
                for mid, (confidence, state) in brute.pairs[photo.image_id].items()
                if mid in recipe.mids and (target := self.target(mid, state, confidence)) is not None
            }
            for photo in self.photos
        }

    def target(self, mid: str, state: State, confidence: int) -> int | None:
        label = next((one for one in self.recipe.labels if one.mid == mid), None)
        if state in ("confirmed", "missed"):
            return 1
        if state in ("rejected", "absent"):
            return 0 if self.recipe.negatives is Negatives.VERIFIED else None
        takes = label is not None and label.take is Take.THRESHOLD and label.at is not None
        return 1 if takes and confidence >= label.at else None

    def made(self) -> PlainSet:
        made, teaching = PlainSet(), [photo for photo in self.photos if self.targets[photo.image_id]]
        groups, split = self.groups(), {}
        for photo in teaching:
            members = groups[photo.image_id]
            split[photo.image_id] = self.split(photo, members)
            latest = max(SUBSETS.index(one.subset) for one in members if self.targets[one.image_id])
            if self.recipe.splits.is_official and SUBSETS.index(photo.subset) < latest:
                made.left_out[photo.image_id] = "wrong side of a split"
        seen = set()
        for photo in teaching:
            if photo.image_id in made.left_out or self.recipe.duplicates is Duplicates.ALL:
                continue
            if photo.md5 and photo.md5 in seen:
                made.left_out[photo.image_id] = "duplicate"
            seen.add(photo.md5)
        left = [photo.image_id for photo in teaching if photo.image_id not in made.left_out]
        taken = self.capped(left, split, made)
        made.left_out |= dict.fromkeys(set(left) - taken, "over caps")
        made.rows = {image: (split[image], self.pairs(image)) for image in sorted(taken)}
        return made

    def pairs(self, image: str) -> dict[str, tuple[str, int, int | None]]:
        return {
            mid: (state, confidence, self.target(mid, state, confidence))
            for mid, (confidence, state) in self.brute.pairs[image].items()
            if mid in self.recipe.mids or self.recipe.pairs is Pairs.EVERY
        }

    def groups(self) -> dict[str, list[Photo]]:
        """The group of each image, by joining until nothing changes."""
        number = {photo.image_id: place for place, photo in enumerate(self.photos)}
        same = defaultdict(list)
        for photo in self.photos:
            if Apart.AUTHOR in self.recipe.apart and photo.author is not None:
                same["author", self.brute.dataset.authors[photo.author][1]].append(photo.image_id)
            if Apart.FILE in self.recipe.apart and photo.md5:
                same["file", photo.md5].append(photo.image_id)
        changed = True
        while changed:
            changed = False
            for images in same.values():
                least = min(number[image] for image in images)
                for image in images:
                    changed |= number[image] != least
                    number[image] = least
        found = defaultdict(list)
        for photo in self.photos:
            found[number[photo.image_id]].append(photo)
        return {photo.image_id: found[number[photo.image_id]] for photo in self.photos}

    def split(self, photo: Photo, members: list[Photo]) -> str:
        splits = self.recipe.splits
        if splits.shares is None:
            return photo.subset
        at, reached = mix(int(members[0].image_id, 16) ^ mix(splits.seed)) / 2**64 * 100, 0
        for name, share in splits.shares:
            reached += share
            if at < reached:
                return name
        raise AssertionError

    def capped(self, left: list[str], split: dict[str, str], made: PlainSet) -> set[str]:
        caps = self.recipe.caps
        ordered = sorted(left, key=lambda image: mix(int(image, 16) ^ mix(caps.seed)))
        taken = set(left)
        if caps.positives is not None or caps.negatives is not None:
            taken = set()
            rarity = {mid: sum(self.targets[image].get(mid) == 1 for image in left) for mid in self.recipe.mids}
            for mid in sorted(rarity, key=lambda mid: (rarity[mid], mid)):
                for target, most in ((1, caps.positives), (0, caps.negatives)):
                    for image in ordered:
                        if self.targets[image].get(mid) == target and image not in taken:
                            here = [i for i in taken if split[i] == split[image] and self.targets[i].get(mid) == target]
                            if most is None or len(here) < most:
                                taken.add(image)
                                made.added[mid, split[image], target] += 1
        if caps.images is not None:
            taken = set([image for image in ordered if image in taken][: caps.images])
        return taken
