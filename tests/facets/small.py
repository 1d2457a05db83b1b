"""A data set that can be read at a glance, for the tables of cases."""

from __future__ import annotations

from urllib.parse import parse_qs

from browse.query.spelling import parse_range, parse_term
from browse.query.texts import parse_text
from browse.query.values import AnyTerm, CheckOutcome, Query, Sort, State
from tests.facets.datasets import Dataset, Photo

LICENSES = (("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"), ("", "none"))
AUTHORS = (("https://www.flickr.com/people/ann/", "ann"), ("https://www.flickr.com/people/bob/", "bob"))
TWIN = b"sixteen bytes..."

TITLES = ("Golden Gate", "golden retriever", "", "Café de la Gare", "東京", "Gate", "", "don't")
CREDITED = {4: "Zoë Lee", 6: "Annie"}
"""What images call their author, otherwise than usual."""

# image, subset, license, author: then label: machine's hundredths and the rater's + or -
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


STEPS = (("/m/unused", "/m/dog", False), ("/m/unused", "/m/cat", False), ("/m/sea", "/m/car", True))
"""Dog and cat are kinds of what no image has; the car is a part of the sea."""


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
        place, texts = len(photos), (TITLES[len(photos)], CREDITED.get(int(number)))
        photos.append(Photo(one, subset, 0 if license_ == "by" else 1, author_place, md5, 1000 + place, *texts))
        for label in labels:
            name, _, value = label.partition(":")
            if machine := value.rstrip("+-"):
                annotations[one, f"/m/{name}", "machine"] = int(machine)
            if value[-1] in "+-":
                annotations[one, f"/m/{name}", "human"] = 100 if value[-1] == "+" else 0
    mids = ("/m/sea", "/m/dog", "/m/cat", "/m/car", "/m/unused")
    names = {1: "Ann Lee", 2: "Bob"}
    return Dataset(tuple(photos), mids, annotations, AUTHORS, LICENSES, names=names, hierarchy=STEPS)


def query(text: str) -> Query:
    """A query from its parameters, labels without their /m/, as in `label=dog@0.8-1&not=cat`."""
    given = parse_qs(text, strict_parsing=bool(text))

    def term(value: str) -> AnyTerm:
        if value.startswith(("rel:", "point:")):
            return parse_term(value)
        return parse_term(f"box:/m/{value[4:]}" if value.startswith("box:") else f"/m/{value}")

    def terms(name: str) -> tuple[AnyTerm, ...]:
        return tuple(map(term, given.get(name, ())))

    return Query(
        label=terms("label"),
        any=terms("any"),
        min_any=int(given.get("min_any", ["1"])[0]),
        without=terms("not"),
        confidence=parse_range(given["confidence"][0]) if "confidence" in given else None,
        states=frozenset(State(state) for state in given["state"]) if "state" in given else None,
        subsets=frozenset(given.get("subset", ())),
        licenses=frozenset(given.get("license", ())),
        authors=frozenset(given.get("author", ())),
        license_checks=frozenset(CheckOutcome(check) for check in given.get("license_check", ())),
        has=frozenset(given.get("has", ())),
        ids=frozenset(image_id(int(number)) for number in given.get("id", ())),
        text=parse_text(given["q"][0]) if "q" in given else None,
        sort=Sort(given.get("sort", ["image_id"])[0]),
        seed=int(given["seed"][0]) if "seed" in given else None,
    )
