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

from django.db import connection

from browse.domain.agreement import ADOPTED, DECISION, Agreed, agreed
from browse.domain.image_ids import image_id_from_key
from browse.models import Annotation, Opinion, Verdict
from browse.models.curation import Ruling, only_effective
from browse.query.pairs import CURATOR, MACHINE, YES_FROM, authority
from browse.search.tasks import chunks

MOST_WORDS = 20_000
"""The newest verdicts, and as many opinions, that agreement is counted from."""
MOST_LISTED = 500
"""Pairs that a queue looks at; the rest follows once these are decided."""


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
class OpenPair:
    """A pair that waits for a decision, with the word of each person on it, oldest first."""

    image_key: int
    mid: str
    words: tuple[Word, ...]

    @property
    def image_id(self) -> str:
        """The ImageID."""
        return image_id_from_key(self.image_key)


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
    read = [list(rows.order_by("-at", "-pk").values_list(*_COLUMNS)[: most + 1]) for rows in (verdicts, opinions)]
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


def conflicts(*, mid: str | None = None, within: Iterable[int] | None = None) -> list[OpenPair]:
    """Pairs on which some say yes and some no, and nobody has decided since; the newest first. Three queries.

    within: only these images, of one label.
    """
    return [pair for pair in _open_pairs(_DIFFERING, mid, within) if {"yes", "no"} <= {w.says for w in pair.words}]


def unsure_pairs(*, mid: str | None = None) -> list[OpenPair]:
    """Pairs whose last word is unsure, and not as a decision; the newest first. Three queries."""
    return [pair for pair in _open_pairs(_UNSURE, mid, None) if pair.words[-1].says == "unsure"]


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


_COLUMNS = ("image_key", "mid", "by", "says", "at", "why")
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


_EITHER = """
    SELECT image_key, mid, "by", says, at, why FROM browse_verdict v WHERE says <> 'undo' {mid}
        AND NOT EXISTS (SELECT 1 FROM browse_verdict u WHERE u.undoes_id = v.id)
    UNION ALL SELECT image_key, mid, "by", says, at, why FROM browse_opinion WHERE 1 = 1 {mid}
"""
_OPEN = """
    SELECT image_key, mid FROM ({either}) AS said GROUP BY image_key, mid
    HAVING MAX(CASE WHEN why LIKE %s OR why LIKE %s THEN NULL ELSE at END) = MAX(at) AND {what}
    ORDER BY MAX(at) DESC, image_key, mid
"""
_DIFFERING = """MIN(CASE says WHEN 'unsure' THEN NULL ELSE says END) <>
    MAX(CASE says WHEN 'unsure' THEN NULL ELSE says END) AND COUNT(DISTINCT "by") > 1"""
_UNSURE = "MAX(CASE says WHEN 'unsure' THEN at ELSE NULL END) = MAX(at)"


def _open_pairs(what: str, mid: str | None, within: Iterable[int] | None) -> list[OpenPair]:
    """The pairs of which this holds, without those on which somebody has decided since the others spoke."""
    only = "AND mid = %s" if mid is not None else ""
    text = _OPEN.format(either=_EITHER.format(mid=only), what=what)
    decided = [f"{DECISION}%", f"{ADOPTED}%"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{text} LIMIT {MOST_LISTED}" if within is None else text, [*([mid, mid] if only else []), *decided]
        )
        pairs = cursor.fetchall()
    among = None if within is None else set(within)
    listed = [(key, mid) for key, mid in pairs if among is None or key in among]
    words = _words_on(listed)
    return [OpenPair(*pair, words[pair]) for pair in listed if words[pair] and not words[pair][-1].is_decision]


def _words_on(pairs: list[Ruling]) -> dict[Ruling, tuple[Word, ...]]:
    """Each person's newest word on some pairs, decisions among them, oldest first. Two queries for each 500 images."""
    newest: dict[Ruling, dict[str, Word]] = {pair: {} for pair in pairs}
    for some in chunks(sorted({key for key, _ in pairs})):
        verdicts = only_effective(Verdict.objects.filter(image_key__in=some)).values_list(*_COLUMNS)
        opinions = Opinion.objects.filter(image_key__in=some).values_list(*_COLUMNS)
        rows: list[Row] = [*verdicts, *opinions]
        for key, mid, by, says, at, why in sorted(rows, key=lambda row: row[4]):
            if (key, mid) in newest:
                newest[key, mid].pop(by, None)
                newest[key, mid][by] = Word(by, says, at, why)
    return {pair: tuple(words.values()) for pair, words in newest.items()}
