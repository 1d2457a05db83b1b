"""Times training sets: previews of 50 and 500 labels, and a set of 500 labels with caps as Parquet and Hugging Face.

    python bench/bench_sets.py --site FOLDER [--cap 5000] [--every]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Labels are those with the most images. --every builds all pairs of all images as well. Seconds are of the clock, and
of the processor for the build alone. Private memory is what belongs to the process and to no file, the most that was
seen; pages of the mapped index, which can be dropped at any time, are told beside it (USS with those that no other
process has mapped, PSS with its share of the others). The load of the machine stands beside the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over  # noqa: E402

_PREVIEW = """
import json, sys, time
import django
django.setup()
from browse.search import consistently
from browse.sets.preview import preview
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import read_recipe
text = sys.stdin.read()
def ask(whole):
    def work(snapshot):
        return preview(snapshot, read_recipe(text, query_reader(snapshot.engine)), is_whole=whole)
    started = time.perf_counter()
    consistently(work, timeout_s=600)
    return time.perf_counter() - started
ask(False)
print(json.dumps([ask(False), ask(True)]))
"""
_LABELS = """
import json, sys
import django
django.setup()
from browse.search import current_engine
counts = current_engine().label_counts()
print(json.dumps(sorted(counts, key=lambda mid: (-counts[mid], mid))))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--cap", type=int, default=5000)
    parser.add_argument("--every", action="store_true")
    options = parser.parse_args()
    if options.site is None:
        pass_over(SITE)
    mids = json.loads(_python(options.site, _LABELS))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for number in (50, 500):
        counts, whole = json.loads(_python(options.site, _PREVIEW, _recipe(mids[:number], options.cap)))
        print(f"preview of {number} labels: {counts:.2f} s for counts, {whole:.2f} s with splits and caps")
    _measured(options.site, f"{min(500, len(mids))} labels, cap {options.cap:,}", _recipe(mids[:500], options.cap))
    if options.every:
        every = json.dumps({"labels": [{"mid": mid, "at": 0.5} for mid in mids[:1000]], "pairs": "every"})
        _measured(options.site, "all pairs", every)


def _recipe(mids: list[str], cap: int) -> str:
    caps = {"positives": cap, "negatives": cap, "seed": 1}
    return json.dumps({"labels": [{"mid": mid, "at": 0.8} for mid in mids], "caps": caps})


def _environment(site: Path) -> dict[str, str]:
    return {**os.environ, "OPENIMAGES_DATA_DIR": str(site), "DJANGO_SETTINGS_MODULE": "viewer.settings"}


def _python(site: Path, program: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=_environment(site),
    )
    return done.stdout.splitlines()[-1]


def _measured(site: Path, what: str, recipe: str) -> None:
    """Build a set in a process of its own; seconds and memory."""
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder, "recipe.json"), Path(folder, "set")
        path.write_text(recipe)
        command = [sys.executable, "manage.py", "build_set", str(path), str(target)]
        command += ["--format", "parquet", "--format", "huggingface"]
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(site), stdout=subprocess.PIPE, text=True)
        memory = Memory()
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            memory = memory.at_most(_memory(process.pid))
            time.sleep(0.2)
        seconds = time.perf_counter() - started
        processor = ended[2].ru_utime + ended[2].ru_stime
        said = process.stdout.read() if process.stdout else ""
        size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        print(
            f"{what}: {seconds:.1f} s, {processor:.1f} s of the processor, {memory}, {size / 1e6:,.0f} MB written, "
            f"load after {os.getloadavg()[0]:.1f}\n  {said.splitlines()[0] if said else 'failed'}"
        )
        shutil.rmtree(target, ignore_errors=True)


@dataclass(frozen=True)
class Memory:
    """Bytes of a process: its own that are in no file, those that no other process has, and its share of all."""

    private: int = 0
    uss: int = 0
    pss: int = 0

    def at_most(self, other: Memory) -> Memory:
        """The larger of each."""
        return Memory(*map(max, astuple(self), astuple(other)))

    def __str__(self) -> str:
        return f"{self.private / 1e6:.0f} MB private (USS {self.uss / 1e6:.0f}, PSS {self.pss / 1e6:.0f})"


def _memory(pid: int) -> Memory:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return Memory()
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in rollup.splitlines()[1:]}
    dirty = sizes.get("Private_Dirty:", 0)
    return Memory(dirty, dirty + sizes.get("Private_Clean:", 0), sizes.get("Pss:", 0))


if __name__ == "__main__":
    main()
