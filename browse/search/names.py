"""Names of labels and sources, read once for each version of the data set."""

from __future__ import annotations

from dataclasses import dataclass

from browse.models import Label, Source


@dataclass(frozen=True)
class Names:
    """labels: MID and name by row id. by_mid: name by MID. sources: name by row id."""

    version: str
    labels: dict[int, tuple[str, str]]
    by_mid: dict[str, str]
    sources: dict[int, str]


_names: Names | None = None


def names_of(version: str) -> Names:
    """The names as they are in this version: kept, or read in two queries."""
    global _names  # noqa: PLW0603 - kept beside the one engine of the process
    names = _names
    if names is None or names.version != version:
        labels = {pk: (mid, name) for pk, mid, name in Label.objects.values_list("pk", "mid", "name").iterator()}
        sources = dict(Source.objects.values_list("pk", "name"))
        names = _names = Names(version, labels, dict(labels.values()), sources)
    return names
