"""Times text search: finding the words of titles and names, their size in the index, and what queries take.

    python bench/bench_text.py [--data FOLDER]

FOLDER holds a data set in the layout of Open Images V1, or BENCH_DATA in the environment names it; titles should have
many different words. What is made of it is kept beside it, in FOLDER.bench, and shared with bench_engine.py.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.bench_engine import build, database_of  # noqa: E402
from bench.engine_data import read_arrays  # noqa: E402
from bench.folders import DATA, named, pass_over  # noqa: E402
from browse.domain.dataset_arrays import DatasetArrays  # noqa: E402
from browse.domain.texts import Texts  # noqa: E402
from browse.facets.build.vocabulary import Vocabulary  # noqa: E402
from browse.facets.embedded.engine import EmbeddedEngine  # noqa: E402
from browse.facets.embedded.texts import images_with  # noqa: E402
from browse.facets.embedded.warm_up import warm  # noqa: E402
from browse.facets.index.store import open_index  # noqa: E402
from browse.query.texts import parse_text  # noqa: E402
from browse.query.values import Query, TextQuery  # noqa: E402

SEED = 20160801
DRAWN = 200
FREQUENT = 200_000
"""Images that a frequent word has."""


def time_build(arrays: DatasetArrays) -> None:
    """The three tables of words, as the build makes them, in processor time."""
    for name, texts in (
        ("titles", arrays.titles),
        ("authors' names", arrays.author_names),
        ("names credited", arrays.credited_names),
    ):
        _time_words(name, texts)


def _time_words(name: str, texts: Texts) -> None:
    began = time.process_time()
    vocabulary = Vocabulary.of(texts, lambda what, done, total: None, name)
    words = vocabulary.sorted()
    listed = sum(len(part) for part in vocabulary.having(words))
    seconds = time.process_time() - began
    size = (4 * listed + len(words.text) + 8 * len(words.sizes)) / 1e6
    print(f"{name}: {len(texts):,} texts, {len(words.sizes):,} words, {seconds:.1f} s of processor, {size:,.1f} MB")


def draw_texts(titles: Texts, number: int = DRAWN) -> list[TextQuery]:
    """Texts of words that titles have: one to three, some cut short, of one field, or excluded."""
    chance = random.Random(SEED)
    found: dict[TextQuery, None] = {}
    while len(found) < number:
        place = chance.randrange(1, len(titles))
        said = titles.data[titles.ends[place - 1] : titles.ends[place]].tobytes().decode().split()
        parts = [_part(chance, word) for word in chance.sample(said, min(len(said), chance.choice((1, 1, 2, 3))))]
        try:
            found[parse_text(" ".join(parts))] = None
        except ValueError:
            continue
    return list(found)


def _part(chance: random.Random, word: str) -> str:
    text = f"{word[: chance.randint(1, len(word))]}*" if chance.random() < 0.3 else word
    return f"{chance.choice(('', '', '', '', '-'))}{chance.choice(('', '', 'title:', 'author:'))}{text[:30]}"


def time_queries(engine: EmbeddedEngine, texts: list[TextQuery]) -> None:
    """The bitset of each text, and all facets of it, in processor time: other jobs may run beside."""
    print(f"{'milliseconds of processor':34} {'median':>8} {'95 %':>8} {'most':>8}")
    index = engine._index
    print(_spread("images of a text", [_fastest(lambda t=text: images_with(index, t)) for text in texts]))
    queries = [Query(text=text) for text in texts]
    print(_spread("all facets of a text", [_fastest(lambda q=query: engine.facets(q)) for query in queries]))
    sizes = np.diff(index.arrays["title_word_offsets"].astype(np.int64))
    place = int(np.argmin(np.abs(sizes - FREQUENT)))
    word = index._texts("title_word")[place]
    query = Query(text=parse_text(f"title:{word}"))
    print(_spread(f"facets of {word}, {int(sizes[place]):,} images", [_once(engine, query) for _ in range(30)]))


def _once(engine: EmbeddedEngine, query: Query) -> float:
    began = time.thread_time()
    engine.facets(query)
    return (time.thread_time() - began) * 1000


def _fastest(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        began = time.thread_time()
        ask()
        times.append((time.thread_time() - began) * 1000)
    return min(times)


def _spread(name: str, values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return f"{name:34} {statistics.median(values):8.2f} {cuts[18]:8.2f} {max(values):8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=named("BENCH_DATA"))
    args = parser.parse_args()
    if args.data is None:
        pass_over(DATA)
    data = Path(args.data).resolve()
    folder = data.with_name(f"{data.name}.bench")
    folder.mkdir(exist_ok=True)
    warm()
    arrays = read_arrays(database_of(folder, data), folder)
    time_build(arrays)
    engine = EmbeddedEngine(open_index(folder / "index", build(folder, data, 1.0)))
    time_queries(engine, draw_texts(arrays.titles))


if __name__ == "__main__":
    main()
