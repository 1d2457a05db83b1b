"""What things are called on pages: labels with what tells namesakes apart, authors, licenses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from browse.models import License
from browse.query.values import Query, Term
from browse.rights import Credit, license_from_url
from browse.search.names import names_of
from browse.search.results import author_of, facets_of
from browse.search.snapshot import Snapshot

PARTNERS = 2
MOST_NAMESAKES = 8


@dataclass(frozen=True)
class DisplayNames:
    """Names in one version of the data set, looked up when they are asked for."""

    snapshot: Snapshot

    @cached_property
    def by_mid(self) -> Mapping[str, str]:
        """The names of all labels."""
        return names_of(self.snapshot.version).by_mid

    @property
    def renamed(self) -> Mapping[str, str]:
        """The data set's own names of labels that curators call otherwise, by MID."""
        return names_of(self.snapshot.version).renamed

    def label(self, mid: str) -> str:
        """A label's name, or its MID where it has none."""
        return self.by_mid.get(mid, mid)

    def distinct(self, mid: str) -> str:
        """A label's name as it stands alone: with its MID where another label has the same."""
        return f"{self.label(mid)} ({mid})" if self.is_ambiguous(mid) else self.label(mid)

    def note(self, mid: str) -> str:
        """For a label that shares its name: its MID and the labels it mostly occurs with; else empty."""
        if not self.is_ambiguous(mid):
            return ""
        company = self.company(mid)
        return f"{mid} · {company}" if company else mid

    def company(self, mid: str) -> str:
        """For a label that shares its name, the labels it mostly occurs with: "with tree, wood"; else empty."""
        partners = [self.label(partner) for partner in self._partners(mid)] if self.is_ambiguous(mid) else []
        return f"with {', '.join(partners)}" if partners else ""

    def below(self, mid: str) -> list[str]:
        """The labels below one in the hierarchy."""
        if mid not in self._below:
            self._below[mid] = self.snapshot.engine.below(mid)
        return self._below[mid]

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """Those found so far: a page asks the same of each picture."""
        return {}

    def is_ambiguous(self, mid: str) -> bool:
        """Whether another label has the same name."""
        return self.label(mid) in self.ambiguous

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """The names that more than one label has."""
        return _shared_names(self.snapshot.version)

    def author(self, key: str) -> str:
        """An author's display name, or what the key says where there is none."""
        author = author_of(self.snapshot, key)
        return Credit(author=author.name, author_url=author.profile_url).author_text if author else key

    def license(self, slug: str) -> str:
        """A license's short name."""
        return _license_names(self.snapshot.version).get(slug, slug)

    def _partners(self, mid: str) -> list[str]:
        """The labels that it mostly occurs with; one of its own name would not tell it apart."""
        result = facets_of(self.snapshot, Query(label=(Term(mid),)), top=PARTNERS + MOST_NAMESAKES, top_authors=1)
        others = (partner for partner, _ in result.counts.labels if self.label(partner) != self.label(mid))
        return list(islice(others, PARTNERS))


@lru_cache(maxsize=2)
def _shared_names(version: str) -> frozenset[str]:
    counts = Counter(names_of(version).by_mid.values())
    return frozenset(name for name, count in counts.items() if count > 1)


@lru_cache(maxsize=2)
def _license_names(version: str) -> dict[str, str]:
    """Short names by slug; `version` is what they are kept by."""
    return {slug: license_from_url(url).short_name for slug, url in License.objects.values_list("slug", "url")}
