"""Small box files for tests, and what the tables hold of them."""

from __future__ import annotations

from browse.domain.image_ids import image_id_from_key
from browse.models import BoxAnnotation

V3_BOXES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax"
BOXES = V3_BOXES + ",IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
CLICKS = BOXES + "".join(f",XClick{number}{axis}" for axis in "XY" for number in range(1, 5))
A, B, C = "0000000000000010", "0000000000000011", "0000000000000012"

StoredBox = tuple[str, str, str, float, float, float, float, int, int]


def box_row(image_id: str, mid: str = "/m/01", sides: str = "0.1,0.5,0.2,0.4", attributes: str = "0,0,0,0,0") -> str:
    """One row under BOXES, or under V3_BOXES without attributes."""
    return f"{image_id},xclick,{mid},1,{sides}" + (f",{attributes}" if attributes else "")


def stored_boxes() -> list[StoredBox]:
    """The table's boxes by image and place: image, MID, source, four sides, area, attributes."""
    columns = ("label__mid", "source__name", "x_min", "x_max", "y_min", "y_max", "area", "attributes")
    rows = BoxAnnotation.objects.order_by("image_id", "number").values_list("image_id", *columns)
    return [(image_id_from_key(key), *values) for key, *values in rows]
