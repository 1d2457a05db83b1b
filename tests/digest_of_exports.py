"""The data set digest, from exported files alone: python tests/digest_of_exports.py images.csv labels.csv"""

import csv
import io
import sys
from hashlib import sha256
from html import unescape
from pathlib import Path

COLUMNS = (
    *("ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL", "Author", "Title"),
    *("OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"),
)
ORDER = ("ImageID", "LabelName", "Source")


def field(text: str) -> bytes:
    return len(text.encode()).to_bytes(4, "little") + text.encode()


def image(row: dict[str, str]) -> bytes:
    row = row | {"Author": unescape(row["Author"]), "Title": unescape(row["Title"])}
    row["Rotation"] = row.get("Rotation", "").removesuffix(".0")
    return b"".join(field(row[column]) for column in COLUMNS)


def annotation(row: dict[str, str]) -> bytes:
    hundredths = round(float(row["Confidence"]) * 100)
    return bytes.fromhex(row["ImageID"]) + field(row["LabelName"]) + field(row["Source"]) + bytes([hundredths])


def digest(images_csv: str, labels_csv: str) -> str:
    images = sorted(csv.DictReader(io.StringIO(images_csv, "")), key=lambda row: row["ImageID"])
    labels = sorted(csv.DictReader(io.StringIO(labels_csv, "")), key=lambda row: [row[name] for name in ORDER])
    place = {row["ImageID"]: number for number, row in enumerate(images)}
    whole = sha256(b"Open Images data set digest 1\n")
    for kind, rows, packed in (("images", images, image), ("annotations", labels, annotation)):
        runs = [sha256() for _ in range(0, len(images), 65_536)]
        for row in rows:
            runs[place[row["ImageID"]] // 65_536].update(packed(row))
        if rows:
            whole.update(field(kind) + len(rows).to_bytes(8, "little") + b"".join(run.digest() for run in runs))
    return whole.hexdigest()


if __name__ == "__main__":
    print(digest(*(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])))
