"""What every set has beside its rows: credit for each image, a data card, a citation file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from browse.exports.credits import csv_sheet, markdown_sheet
from browse.exports.downloads import Heading
from browse.sets.formats.output import Output
from browse.sets.formats.writer import ClassInfo, Plain, SetInfo
from browse.sets.packed import are_packed
from browse.sets.rows import Batch

_MOST_LISTED = 50
_MARKDOWN_HEAD = 2
OPEN_IMAGES = (
    "Krasin I., Duerig T., Alldrin N., Ferrari V., et al. OpenImages: A public dataset for large-scale multi-label and "
    "multi-class image classification, 2016. https://github.com/openimages"
)
HOW_TO_OPEN = {
    "csv": 'pandas: `pd.read_csv("images.csv", dtype={"image_id": str})`, and the same with `pairs.csv`.',
    "parquet": "DuckDB: `SELECT * FROM 'images/*.parquet'`; pandas: `pd.read_parquet(\"images\")`; so with `pairs`.",
    "huggingface": "`datasets.load_dataset(FOLDER)`, from version 3.6 on. `positive` and `negative` are classes.",
    "coco": "pycocotools: `COCO('annotations/labels_train.json')`, or torchvision's `CocoDetection(FOLDER, FILE)`. "
    "Labels are of whole images, so there are no boxes, and programs that need them (supervision, "
    "LightlyStudio, FiftyOne's COCO reader) cannot read these files.",
    "fiftyone": "`fiftyone.Dataset.from_dir(FOLDER, dataset_type=fiftyone.types.FiftyOneDataset)`, once the pictures "
    "are in `data/`; above 500,000 images `python load_fiftyone.py`.",
    "webdataset": '`webdataset.WebDataset("train-000000.tar")`, or `datasets.load_dataset("webdataset", ...)`. A '
    "sample has the picture (`jpg`), its row with all pairs (`json`) and its credit (`txt`).",
    "yolo": "`yolo detect train data=data.yaml` with Ultralytics, once the pictures are in `data/`; keep this folder "
    "out of any folder called `images`. Images without a box are listed where people ruled out every label of boxes.",
    "img2dataset": "`sh run.sh` downloads the pictures with img2dataset and checks their MD5.",
    "open_images": "The layout of Open Images V4: FiftyOne's `OpenImagesV7Dataset` (with "
    '`label_types=["classifications"], load_hierarchy=False`), '
    "Datumaro's `open_images`, the CVDF downloader (`image_ids.txt`), and `import_openimages`.",
}
"""How a person opens each format."""
TARGETS = (
    "`target` is 1 where people confirmed a label, or where nobody judged it and the machine's confidence reached the "
    "threshold; 0 where people rejected it; otherwise it is unknown (null), which is not a negative. `labels.csv` has "
    "every label's threshold and counts."
)
EXPECTED = (
    "Expected precision estimates how many positives have the label. It takes unverified pairs to be right as often as "
    "verified ones of the same confidence; raters judged the validation images, and the others are taken to be like "
    "them. It says nothing about images that lack a label they should have."
)
BOXES_UPRIGHT = "They lie on the pictures of this set, which are the right way up."
BOXES_STORED = "They lie on the stored pixels of the original, before `rotation`: read it without its EXIF orientation."
BOXES_SAY = (
    "A box has the most specific label alone, and most images were never looked at for boxes: no box is no negative. "
    "`box_labels.csv` has their labels."
)
MASKS_SAY = (
    "In `annotations/boxes_{split}.json` those boxes have `segmentation`, as run lengths of the image's size, and the "
    "`area` of the mask; `bbox` stays the box. `masks.csv` lists all masks, with the reason where one is left out: its "
    "picture is `missing` or `damaged`, or it is another mask of its box (`duplicate`)."
)
MASK_SIZES = " Without pictures an image has the size of its largest mask, which has the photo's proportions."
LICENSES = (
    "Licenses are as listed in the data set; verify each one yourself. `CREDITS.csv` and `CREDITS.md` credit every "
    "image; keep one of them with the images."
)


class CardsWriter(Plain):
    """`CREDITS.csv`, `CREDITS.md` and `CITATION.cff`."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """The citation."""
        super().begin(about, out)
        out.write("CITATION.cff", citation(about).encode())

    def write(self, batch: Batch, out: Output) -> None:
        """The credit of each image."""
        heading = Heading(self.about.title, self.about.dataset["version"], self.about.dataset["digest"])
        later = batch.number > 0
        out.append("CREDITS.csv", _text(islice(csv_sheet(batch.credits), int(later), None)))
        out.append("CREDITS.md", _text(islice(markdown_sheet(heading, batch.credits), _MARKDOWN_HEAD * later, None)))


def _text(lines: Iterator[str]) -> bytes:
    return "".join(lines).encode()


def data_card(about: SetInfo) -> str:
    """The set's README: what is in it, how sure that is, how to open it, who is to be credited."""
    return "\n".join([*_front_matter(about), f"# {about.title}", "", *_summary(about), *_labels(about), *_rest(about)])


def _front_matter(about: SetInfo) -> list[str]:
    """What the Hugging Face Hub reads; elsewhere it does no harm."""
    head = ["---", "license: other", "license_name: see-CREDITS.csv", "task_categories:", "- image-classification"]
    head += ["- object-detection"] if about.boxes else []
    head += ["- image-segmentation"] if about.recipe.has_masks else []
    if "huggingface" in about.formats:
        head += ["configs:", "- config_name: default", "  data_files:"]
        for split in about.splits:
            head += [f"  - split: {split.name}", f"    path: data/{split.name}-*.parquet"]
    return [*head, "---", ""]


def _summary(about: SetInfo) -> list[str]:
    splits = ", ".join(f"{split.name} {split.images:,}" for split in about.splits)
    return [
        f"{about.images:,} images ({splits}) by {about.authors:,} authors; {about.pairs:,} pairs of image and label.",
        "",
        f"- Row hash: `{about.row_hash}`. Equal rows have equal hashes.",
        f"- Recipe: `{about.recipe.name}`, in `manifest.json`.",
        f"- Data set: digest `{about.dataset['digest']}`, version `{about.dataset['version']}`.",
        "",
        TARGETS,
        "",
        _pictures(about),
        "",
        *_box_lines(about),
    ]


def _box_lines(about: SetInfo) -> list[str]:
    """What is to be known of boxes; nothing in sets without any."""
    if about.boxes is None:
        return []
    boxes = about.boxes
    where = BOXES_UPRIGHT if boxes.are_upright else BOXES_STORED
    of_1 = " for images without a mask" if about.recipe.has_masks else ""
    units = "" if about.pictures else f" They are shares of its width and height; COCO files give both as 1{of_1}."
    return [
        f"{boxes.boxes:,} boxes on {boxes.images:,} images; box hash `{boxes.sha256}`. {where}{units} {BOXES_SAY}",
        "",
        *_mask_lines(about),
    ]


def _mask_lines(about: SetInfo) -> list[str]:
    """What is to be known of masks; nothing in sets without any."""
    if about.masks is None:
        return []
    left_out = ", ".join(f"{number:,} {reason}" for reason, number in about.masks.left_out.items() if number)
    lost = f" (left out: {left_out})" if left_out else ""
    sizes = "" if about.pictures else MASK_SIZES
    return [f"{about.masks.masks:,} of the boxes have a mask{lost}. {MASKS_SAY}{sizes}", ""]


def _pictures(about: SetInfo) -> str:
    if about.pictures is None:
        return "Pictures are not in this folder: `original_url` says where they are, `original_md5_hex` their MD5."
    side = about.recipe.pictures.side
    these = (
        "the originals, byte for byte, each verified by its MD5; apply `rotation` to show them the right way up"
        if side is None
        else f"rendered with the longest side at most {side} pixels, the right way up (`rotation` is of the originals)"
    )
    place = "The files of the formats hold" if are_packed(about.formats) else "`data/` has"
    return f"{place} {about.pictures.got:,} pictures: {these}. `pictures.csv` lists them with their size and SHA-256."


def _labels(about: SetInfo) -> list[str]:
    lines = [
        "## Labels",
        "",
        EXPECTED,
        "",
    ]
    if len(about.classes) <= _MOST_LISTED:
        lines += [
            "| label | MID | threshold | positives | negatives | expected precision |",
            "|---|---|---|---|---|---|",
            *(_label_line(one) for one in about.classes),
            "",
        ]
    if about.left_out_labels:
        lines += ["Labels left out:", "", *(f"- `{mid}`: {why}" for mid, why in about.left_out_labels), ""]
    return lines


def _label_line(one: ClassInfo) -> str:
    threshold = "verified pairs alone" if one.threshold is None else f"{one.threshold:g}"
    expected = one.expected
    sure = "" if expected is None else f"{expected.share:.1%} ({expected.low:.1%} to {expected.high:.1%})"
    name = one.class_name.replace("|", "\\|")
    return f"| {name} | `{one.mid}` | {threshold} | {one.positives:,} | {one.negatives:,} | {sure} |"


def _rest(about: SetInfo) -> list[str]:
    left_out = [f"- {number:,}: {reason}" for reason, number in about.left_out.items()]
    licenses = [f"- {name}: {number:,} images" + (f" ({url})" if url else "") for name, url, number in about.licenses]
    return [
        "## How to open it",
        "",
        *(f"- **{name}**: {HOW_TO_OPEN[name]}" for name in about.formats if name in HOW_TO_OPEN),
        "",
        "## Images left out",
        "",
        *left_out,
        "",
        "`excluded.csv` names those that were not taken down.",
        "",
        "## Licenses and credit",
        "",
        *licenses,
        "",
        LICENSES,
        "",
        "## Cite",
        "",
        f"`CITATION.cff` cites this set. The data set: {OPEN_IMAGES}",
        "",
        "`sha256sum -c SHA256SUMS` checks the files. `manifest.json` holds all that is needed to build this set again.",
        "",
    ]


def citation(about: SetInfo) -> str:
    """The citation file, version 1.2.0 of its format."""
    quoted = json.dumps
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: If you use this set, cite it, and credit its photographers as CREDITS.csv says.",
            "type: dataset",
            f"title: {quoted(about.title)}",
            "authors:",
            "- name: The photographers named in CREDITS.csv",
            f"version: {quoted(about.row_hash[:12])}",
            "identifiers:",
            "- type: other",
            f"  value: {quoted('row-hash:' + about.row_hash)}",
            "  description: SHA-256 of the rows, as manifest.json says",
            "references:",
            "- type: dataset",
            '  title: "OpenImages: A public dataset for large-scale multi-label and multi-class image classification"',
            "  authors:",
            *(f"  - family-names: {family}\n    given-names: {given}" for family, given in _AUTHORS),
            "  year: 2016",
            '  url: "https://github.com/openimages"',
            "",
        ]
    )


_AUTHORS = (("Krasin", "Ivan"), ("Duerig", "Tom"), ("Alldrin", "Neil"), ("Ferrari", "Vittorio"))
