"""How far people agree with each other and with the data set's raters, and where they do not.

A person's word on a pair is their newest verdict on it that is not undone, or their newest opinion in a task, whichever
is later. Decisions on conflicts and adopted answers are left out: they were given in knowledge of what others said.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from browse.domain.agreement import ADOPTED, DECISION, Agreed, agreed
from browse.models import Annotation, Opinion, Verdict
from browse.models.curation import Ruling, only_effective
from browse.query.pairs import CURATOR, MACHINE, YES_FROM, authority
from browse.search.tasks import chunks

MOST_WORDS = 20_000
"""The newest verdicts, and as many opinions, that agreement is counted from."""


@dataclass(frozen=True)
class Word:
    """What somebody says of a pair: yes, no or unsure; is_last: as a decision, or an adopted answer."""

    by: str
    says: str
    at: dt.datetime
    why: str = ""

    @property
    def is_decision(self) -> bool:
        """Whether it was given in knowledge of what others said."""
        return self.why.startswith((DECISION, ADOPTED))


@dataclass(frozen=True)
class AgreementTable:
    """Agreement: between each two people, of each person with raters, and of all people with raters by label.

    number     words that it was counted from; is_cut: whether there are older ones.
    own_labels agreement between people by label, each two of them on a pair counted once.
    """

    people: dict[tuple[str, str], Agreed]
    raters: dict[str, Agreed]
    labels: dict[str, Agreed]
    own_labels: dict[str, Agreed]
    number: int
    is_cut: bool


Said = Mapping[Ruling, Mapping[str, Word]]


def agreement_table(*, mid: str | None = None, most: int = MOST_WORDS) -> AgreementTable:
    """The agreement on all labels, or on one. Two queries, and one for each 500 images."""
    verdicts = only_effective(Verdict.objects.all() if mid is None else Verdict.objects.filter(mid=mid))
    opinions = Opinion.objects.all() if mid is None else Opinion.objects.filter(mid=mid)
    read = [list(rows.order_by("-at", "-pk").values_list(*COLUMNS)[: most + 1]) for rows in (verdicts, opinions)]
    said = _said(row for rows in read for row in rows[:most])
    raters = raters_on(said)
    return AgreementTable(
        _between(said),
        _with_raters(said, raters, of=lambda pair, by: by),
        _with_raters(said, raters, of=lambda pair, by: pair[1]),
        _between_by_label(said),
        sum(len(words) for words in said.values()),
        any(len(rows) > most for rows in read),
    )


def raters_on(pairs: Iterable[Ruling]) -> dict[Ruling, bool]:
    """What the data set's own raters say of some pairs, as far as they judged them. A query for each 500 images."""
    wanted = set(pairs)
    found: dict[Ruling, list[tuple[str, int]]] = defaultdict(list)
    for some in chunks(sorted({key for key, _ in wanted})):
        rows = Annotation.objects.filter(image_id__in=some).exclude(source__name__in=(MACHINE, CURATOR))
        for key, mid, source, confidence in rows.values_list("image_id", "label__mid", "source__name", "confidence"):
            if (key, mid) in wanted:
                found[key, mid].append((source, confidence))
    return {pair: min(said, key=lambda one: authority(one[0]))[1] >= YES_FROM for pair, said in found.items()}


COLUMNS = ("image_key", "mid", "by", "says", "at", "why")
Row = tuple[int, str, str, str, dt.datetime, str]


def _said(rows: Iterable[Row]) -> dict[Ruling, dict[str, Word]]:
    """Each person's newest word on each pair, without decisions."""
    found: dict[Ruling, dict[str, Word]] = defaultdict(dict)
    for key, mid, by, says, at, why in sorted(rows, key=lambda row: row[4]):
        word = Word(by, says, at, why)
        if not word.is_decision:
            found[key, mid][by] = word
    return found


def _between(said: Said) -> dict[tuple[str, str], Agreed]:
    shared: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for words in said.values():
        for one, other in combinations(sorted(_decided(words)), 2):
            shared[one, other].append((words[one].says == "yes", words[other].says == "yes"))
    return {people: agreed(pairs) for people, pairs in shared.items()}


def _between_by_label(said: Said) -> dict[str, Agreed]:
    shared: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for (_, mid), words in said.items():
        for one, other in combinations(sorted(_decided(words)), 2):
            shared[mid].append((words[one].says == "yes", words[other].says == "yes"))
    return {mid: agreed(pairs) for mid, pairs in shared.items()}


def _with_raters(said: Said, raters: Mapping[Ruling, bool], *, of: object) -> dict[str, Agreed]:
    shared: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for pair, words in said.items():
        for by in _decided(words) if pair in raters else ():
            shared[of(pair, by)].append((words[by].says == "yes", raters[pair]))  # type: ignore[operator]
    return {key: agreed(pairs) for key, pairs in shared.items()}


def _decided(words: Mapping[str, Word]) -> list[str]:
    """Who says yes or no."""
    return [by for by, word in words.items() if word.says != "unsure"]
