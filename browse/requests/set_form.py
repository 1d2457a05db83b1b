"""The form of a training set, in an address or posted: its fields as a recipe's values, and a recipe as its fields.

A label is one field: `label=/m/0bt9lr:0.8` is a threshold, `:95%` finds one from a precision, `:verified` takes
verified pairs alone; without an ending it is taken as `by` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from browse.query.values import SUBSETS, Query
from browse.requests.parameters import BadQueryError, ParameterError, cut
from browse.requests.readers import TRACKING, TRACKING_PREFIX

MOST_IN_ADDRESS = 20
"""Labels that an address has room for; recipes with more are sent as forms and files."""
VERIFIED = "verified"
DEFAULT_BY = "95%"
CAPS = {
    "most_positives": "positives",
    "most_negatives": "negatives",
    "least_positives": "least_positives",
    "least_negatives": "least_negatives",
    "most_images": "images",
    "most_bytes": "bytes",
    "cap_seed": "seed",
}
"""The form's names of a recipe's caps."""
USUAL_CAPS = {field: None if field.startswith("most_") else 0 for field in CAPS}
DEFAULTS = {
    "images": "",
    "negatives": "verified",
    "splits": "shares",
    **dict(zip(SUBSETS, ("80", "10", "10"), strict=True)),
    "split_seed": "0",
    **dict.fromkeys(CAPS, ""),
    "duplicates": "first",
    "pictures": "none",
    "side": "",
    "pairs": "recipe",
    "boxes": "none",
    "box_labels": "",
    "box_area": "",
    "box_masks": "",
    "by": DEFAULT_BY,
}
"""Every field with one value, and what it has where it is not given."""
APART = ("author", "file")
"""What is kept apart where the form does not say."""
ALL_APART = (*APART, "look")
ACTIONS = ("add", "list", "without", "do", "all_percent", "all_images", "part", "recipe")
"""What changes the form, or says how it is to be answered."""
DOES = ("", "all", "by")
PARTS = ("counts", "set")
FIELDS = {
    **{f"caps.{cap}": field for field, cap in CAPS.items()},
    **{f"splits.shares.{subset}": subset for subset in SUBSETS},
    "splits.shares": SUBSETS[0],
    "splits.seed": "split_seed",
    "labels": "label",
    "pictures.side": "side",
    "pictures.kind": "pictures",
    "boxes.labels": "box_labels",
    "boxes.attributes": "box_attribute",
    "boxes.area": "box_area",
    "boxes.masks": "box_masks",
}
"""The form's names of a recipe's fields, where they differ."""
YES = "yes"
"""The value of a checked box."""
BOX_CHOICES = ("none", "recipe", "listed")
"""Whose boxes: nobody's, those of the recipe's labels, or those of labels of their own."""
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_CONFIDENCE = re.compile(r"[01](?:\.[0-9]{1,6})?")


@dataclass(frozen=True)
class LabelField:
    """A label, and how its positives are told: "0.8", "95%" or VERIFIED."""

    mid: str
    by: str

    @property
    def text(self) -> str:
        """As the form has it."""
        return f"{self.mid}:{self.by}"


@dataclass(frozen=True)
class SetForm:
    """The form as it stands. fields: those of DEFAULTS; the rest: what is to be done before it is answered.

    add      names and MIDs of labels to be added, one by one.
    do       `all`: add all labels with such a precision and so many images; `by`: take all labels as `by` says.
    is_whole whether splits and caps are to be worked out as well.
    recipe   a recipe in JSON that takes the place of all fields.
    """

    labels: tuple[LabelField, ...]
    fields: Mapping[str, str]
    apart: tuple[str, ...] = APART
    box_attributes: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    without: str = ""
    do: str = ""
    all_percent: str = "90"
    all_images: str = "1000"
    is_whole: bool = False
    recipe: str = ""

    @property
    def fits_an_address(self) -> bool:
        """Whether there are few enough labels."""
        return len(self.labels) <= MOST_IN_ADDRESS

    @property
    def query_string(self) -> str:
        """The address's part behind the question mark: what is not usual, and the labels."""
        pairs = [("label", label.text) for label in self.labels]
        pairs += [(name, value) for name, value in self.fields.items() if value != DEFAULTS[name]]
        if self.apart != APART:
            pairs += [("apart", one) for one in self.apart or ("",)]
        pairs += [("box_attribute", one) for one in self.box_attributes]
        if self.is_whole:
            pairs.append(("part", "set"))
        return urlencode(pairs, safe="/:,")

    def with_labels(self, labels: Mapping[str, str]) -> SetForm:
        """The form with these labels, how each is taken by its MID."""
        return replace(self, labels=tuple(LabelField(mid, by) for mid, by in labels.items()))

    def values(self) -> dict[str, Any]:
        """The recipe as a JSON value that nobody checked yet."""
        fields = self.fields
        shares = {subset: _whole(fields[subset]) for subset in SUBSETS if fields[subset]}
        drawn = {"shares": shares, "seed": _whole(fields["split_seed"] or "0")}
        return {
            "images": fields["images"],
            "labels": [_label_values(label) for label in self.labels],
            "negatives": fields["negatives"],
            "splits": drawn if fields["splits"] == DEFAULTS["splits"] else fields["splits"],
            "apart": list(self.apart),
            "caps": {cap: _whole(fields[field]) for field, cap in CAPS.items() if fields[field]},
            "duplicates": fields["duplicates"],
            "pictures": _picture_values(fields),
            "pairs": fields["pairs"],
            "boxes": self._box_values(),
        }

    def _box_values(self) -> Any:
        """Fields of boxes count where boxes are chosen: they stay where they are not."""
        fields = self.fields
        if fields["boxes"] == DEFAULTS["boxes"]:
            return None
        own = fields["box_labels"].replace(",", " ").split()
        values = {"labels": own if fields["boxes"] == "listed" else "recipe", "attributes": list(self.box_attributes)}
        values |= {"area": _share(fields["box_area"])} if fields["box_area"] else {}
        return values | ({"masks": True} if fields["box_masks"] else {})


def read_set_form(data: QueryDict, *, file: str = "") -> SetForm:
    """The form that an address has, or that was posted. file: a recipe that came with it.

    Raises BadQueryError that names each field which cannot be read.
    """
    faults = _unknown(data)
    fields = {name: data.get(name, usual).strip() for name, usual in DEFAULTS.items()}
    if not _is_by(fields["by"]):
        faults.append(ParameterError("by", cut(fields["by"]), BY_RULE))
    labels = [_label_field(text, fields["by"]) for text in data.getlist("label")]
    faults += [ParameterError("label", cut(one.text), BY_RULE) for one in labels if not _is_by(one.by)]
    if len({one.mid for one in labels}) < len(labels):
        faults.append(ParameterError("label", "", "must name each label once"))
    percent, images = data.get("all_percent", "90").strip() or "90", data.get("all_images", "1000").strip() or "1000"
    if not _PERCENT.fullmatch(percent) or not 0 < Decimal(percent) <= 100:
        faults.append(ParameterError("all_percent", cut(percent), "must be a percentage above 0, at most 100"))
    if not _NUMBER.fullmatch(images):
        faults.append(ParameterError("all_images", cut(images), "must be a whole number"))
    for name, allowed in (
        ("do", DOES),
        ("part", ("", *PARTS)),
        ("boxes", ("", *BOX_CHOICES)),
        ("box_masks", ("", YES)),
    ):
        if data.get(name, "") not in allowed:
            faults.append(
                ParameterError(name, cut(data.get(name, "")), f"must be one of {', '.join(filter(None, allowed))}")
            )
    if faults:
        raise BadQueryError(faults, Query())
    return SetForm(
        labels=tuple(labels),
        fields=fields,
        apart=tuple(one for one in data.getlist("apart") if one) if "apart" in data else APART,
        box_attributes=tuple(one for one in data.getlist("box_attribute") if one),
        add=tuple(_texts(data)),
        without=data.get("without", ""),
        do=data.get("do", ""),
        all_percent=percent,
        all_images=images,
        is_whole=data.get("part") == "set",
        recipe=file or data.get("recipe", "").strip(),
    )


def form_of(values: Mapping[str, Any], *, is_whole: bool = False) -> SetForm:
    """The form of a recipe, which is given as `as_values` writes it."""
    splits, caps = values["splits"], values["caps"]
    fields = {**DEFAULTS, **{name: values[name] for name in ("images", "negatives", "duplicates", "pairs")}}
    if splits == "official":
        fields["splits"] = splits
    else:
        fields |= {subset: str(splits["shares"].get(subset, 0)) for subset in SUBSETS}
        fields["split_seed"] = str(splits["seed"])
    if isinstance(pictures := values["pictures"], dict):
        fields |= {"pictures": pictures["kind"], "side": pictures.get("side", "")}
    fields |= {field: str(caps[cap]) for field, cap in CAPS.items() if caps[cap] != USUAL_CAPS[field]}
    labels = tuple(LabelField(one["mid"], _by(one)) for one in values["labels"])
    attributes: list[str] = []
    if boxes := values.get("boxes"):
        is_own = boxes["labels"] != "recipe"
        fields |= {"boxes": "listed" if is_own else "recipe", "box_labels": " ".join(boxes["labels"]) if is_own else ""}
        fields["box_area"] = f"{boxes['area']:g}" if boxes["area"] else ""
        fields["box_masks"] = YES if boxes.get("masks") else ""
        attributes = boxes["attributes"]
    return SetForm(
        labels,
        {name: str(value) for name, value in fields.items()},
        tuple(values["apart"]),
        tuple(attributes),
        is_whole=is_whole,
    )


BY_RULE = (
    f"must end in a confidence such as :0.8, in a precision such as :{DEFAULT_BY}, or in :{VERIFIED} for verified pairs"
)


def _unknown(data: QueryDict) -> list[ParameterError]:
    """Fields that the form does not have, and single ones given twice."""
    single, lists = {*DEFAULTS, *ACTIONS} - {"add", "without"}, {"label", "apart", "box_attribute", "add", "without"}
    ours = [name for name in data if name not in TRACKING and not name.startswith(TRACKING_PREFIX)]
    unknown = [name for name in ours if name not in single | lists | {"csrfmiddlewaretoken", "file"}]
    repeated = [name for name in single if len(data.getlist(name)) > 1]
    return [
        *(ParameterError(cut(name), cut(data.get(name, "")), "is not known here") for name in unknown),
        *(ParameterError(name, cut(data.get(name, "")), "is given twice") for name in sorted(repeated)),
    ]


def _texts(data: QueryDict) -> list[str]:
    lines = [*data.getlist("add"), *data.get("list", "").splitlines()]
    return [line.strip() for line in lines if line.strip()]


def _label_field(text: str, usual: str) -> LabelField:
    mid, colon, by = text.strip().rpartition(":")
    return LabelField(mid, by) if colon else LabelField(by, usual)


def _is_by(text: str) -> bool:
    if text.endswith("%"):
        return _PERCENT.fullmatch(text[:-1]) is not None
    return text == VERIFIED or _CONFIDENCE.fullmatch(text) is not None


def _label_values(label: LabelField) -> dict[str, Any]:
    if label.by == VERIFIED:
        return {"mid": label.mid, "take": VERIFIED}
    if label.by.endswith("%"):
        return {"mid": label.mid, "precision": float(Decimal(label.by[:-1]) / 100)}
    return {"mid": label.mid, "at": float(label.by)}


def _picture_values(fields: Mapping[str, str]) -> Any:
    """A side counts for rendered pictures alone: the field stays where another kind is chosen."""
    if fields["pictures"] != "rendered" or not fields["side"]:
        return fields["pictures"]
    return {"kind": fields["pictures"], "side": _whole(fields["side"])}


def _by(label: Mapping[str, Any]) -> str:
    if "at" in label:
        return f"{label['at']:g}"
    if "precision" in label:
        return f"{(Decimal(str(label['precision'])) * 100).normalize():f}%"
    return VERIFIED


def _share(text: str) -> Any:
    """The number, or the text where it is none, which the reader of recipes refuses by its name."""
    return float(text) if _CONFIDENCE.fullmatch(text) else text


def _whole(text: str) -> Any:
    """The number, or the text where it is none, which the reader of recipes refuses by its name."""
    return int(text) if _NUMBER.fullmatch(text) else text
