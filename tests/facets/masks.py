"""A mask, and drawn ones."""

from __future__ import annotations

from hypothesis import strategies as st

from browse.domain.masks import Mask


def mask(mid: str, box_id: int = 0x5FA59BF3, iou: float | None = 0.86864) -> Mask:
    """A mask of a label."""
    return Mask(mid, box_id, 0.261062, 0.681416, 0.245575, 0.573009, iou, "/data/masks.csv")


def drawn_masks(mids: list[str]) -> st.SearchStrategy[tuple[Mask, ...]]:
    """A few masks of these labels."""
    one = st.builds(mask, st.sampled_from(mids), st.integers(0, (1 << 32) - 1), st.sampled_from([None, 0.0, 0.8, 1.0]))
    return st.lists(one, max_size=3).map(tuple)
