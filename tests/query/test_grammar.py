"""The JSON Schema of a kind of value takes what the kind takes, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from browse.query.grammar import Kind, Share, Words
from tests.drawn import drawn


def is_taken(kind: Kind, text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


texts = st.text(st.characters() | st.sampled_from("\x00\x1f\x7f\x85\x9f\u2028\xa0\ufffd \t"), max_size=12)


@drawn(quick=300, deep=2000)
@given(text=texts)
@example(text="")
@example(text=" \xa0\u2028")
@example(text="  dog ")
@example(text="a\x85")
@example(text="x" * 11)
def test_the_pattern_of_free_text_is_what_is_taken(text: str) -> None:
    pattern = str(Words(10).schema["pattern"]).removesuffix("$") + r"\Z"  # Python's $ stands before a last newline, too
    described = bool(re.search(pattern, text)) and 1 <= len(text) <= 10
    assert described == is_taken(Words(10), text)


@drawn(quick=200, deep=1000)
@given(share=st.decimals(-1, 2, places=8) | st.decimals(0, 1, places=6) | st.decimals(0, 1, places=1))
def test_a_share_is_a_multiple_of_a_millionth_from_0_to_1(share: Decimal) -> None:
    schema = Share().schema
    step = Decimal(str(schema["multipleOf"]))
    described = 0 <= share <= 1 and share % step == 0
    text = f"{share:f}"
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    assert described == is_taken(Share(), shortest.replace("-0", "0") if share == 0 else shortest)
