"""Small box files for tests, and what the tables hold of them."""

from __future__ import annotations

from browse.domain.image_ids import image_id_from_key
from browse.models import BoxAnnotation

V3_BOXES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax"
BOXES = V3_BOXES + ",IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
CLICKS = BOXES + "".join(f",XClick{number}{axis}" for axis in "XY" for number in range(1, 5))
A, B, C = "0000000000000010", "0000000000000011", "0000000000000012"

ONE = ("0.148438", "0.012500", "0.059375", "0.195312", "0.148438", "0.357812", "0.587500", "0.325000")
OTHER = ("0", "1", "0.000001", "0.999999", "1.0", "0.5", "0.25", "0.065535")
NO_CLICKS = ("-1",) * 8
"""Clicks of a box, as files give them."""
SIDES = ("0.25,0.75,0,1", "0.1,0.1,0.1,0.1")

StoredBox = tuple[str, str, str, float, float, float, float, int, int]


def box_row(image_id: str, mid: str = "/m/01", sides: str = "0.1,0.5,0.2,0.4", attributes: str = "0,0,0,0,0") -> str:
    """One row under BOXES, or under V3_BOXES without attributes."""
    return f"{image_id},xclick,{mid},1,{sides}" + (f",{attributes}" if attributes else "")


def clicked(image_id: str, clicks: tuple[str, ...], sides: str = SIDES[0], attributes: str = "0,0,0,0,0") -> str:
    """One row under CLICKS."""
    return f"{box_row(image_id, '/m/01', sides, attributes)},{','.join(clicks)}"


def stored_boxes() -> list[StoredBox]:
    """The table's boxes by image and place: image, MID, source, four sides, area, attributes."""
    columns = ("label__mid", "source__name", "x_min", "x_max", "y_min", "y_max", "area", "attributes")
    rows = BoxAnnotation.objects.order_by("image_id", "number").values_list("image_id", *columns)
    return [(image_id_from_key(key), *values) for key, *values in rows]
