"""A data set that can be read at a glance, for the tables of cases."""

from __future__ import annotations

from urllib.parse import parse_qs

from browse.query.canonical import parse_range, parse_term
from browse.query.values import Query, Sort, State, Term
from tests.facets.datasets import Dataset, Photo

LICENSES = (("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"), ("", "none"))
AUTHORS = (("https://www.flickr.com/people/ann/", "ann"), ("https://www.flickr.com/people/bob/", "bob"))
TWIN = b"sixteen bytes..."

# image, subset, licence, author: then label: machine's hundredths and the rater's + or -
ROWS = """
1 train      by   ann  dog:90   cat:80  sea:60
2 train      by   bob  dog:90+  cat:80+
3 train      none ann  dog:80-  sea:60+
4 train      by   -    cat:+    sea:100
5 validation by   bob  dog:-    cat:50-
6 validation none ann  dog:50   car:70
7 train      by   ann
8 test       by   bob  car:-
"""


def image_id(number: int) -> str:
    return f"{number:016x}"


def small_dataset() -> Dataset:
    """The eight images of ROWS. Images 2 and 6 have one MD5, the others each their own; 7 and 8 none known."""
    photos, annotations = [], {}
    for row in ROWS.split("\n")[1:-1]:
        number, subset, license_, author, *labels = row.split()
        one = image_id(int(number))
        md5 = {"2": TWIN, "6": TWIN, "7": b"", "8": b""}.get(number, f"another {number} 45678".encode())
        author_place = {"ann": 0, "bob": 1}.get(author)
        photos.append(Photo(one, subset, 0 if license_ == "by" else 1, author_place, md5, photo=1000 + len(photos)))
        for label in labels:
            name, _, value = label.partition(":")
            if machine := value.rstrip("+-"):
                annotations[one, f"/m/{name}", "machine"] = int(machine)
            if value[-1] in "+-":
                annotations[one, f"/m/{name}", "human"] = 100 if value[-1] == "+" else 0
    mids = ("/m/sea", "/m/dog", "/m/cat", "/m/car", "/m/unused")
    return Dataset(tuple(photos), mids, annotations, AUTHORS, LICENSES)


def query(text: str) -> Query:
    """A query from its parameters, labels without their /m/, as in `label=dog@0.8-1&not=cat`."""
    given = parse_qs(text, strict_parsing=bool(text))

    def terms(name: str) -> tuple[Term, ...]:
        return tuple(parse_term(f"/m/{value}") for value in given.get(name, ()))

    return Query(
        label=terms("label"),
        any=terms("any"),
        min_any=int(given.get("min_any", ["1"])[0]),
        without=terms("not"),
        confidence=parse_range(given["confidence"][0]) if "confidence" in given else None,
        states=frozenset(State(state) for state in given["state"]) if "state" in given else None,
        subsets=frozenset(given.get("subset", ())),
        licenses=frozenset(given.get("license", ())),
        author=given.get("author", [None])[0],
        sort=Sort(given.get("sort", ["image_id"])[0]),
        seed=int(given["seed"][0]) if "seed" in given else None,
    )
