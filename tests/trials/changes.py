"""The trials: a field, a facet, a facet with data that the index lacks, an export format."""

from __future__ import annotations

from tests.trials.change import Change, Insertion

VALUES, FIELDS = "browse/query/values.py", "browse/query/fields.py"
FILTERS, CONDITIONS = "browse/facets/embedded/filters.py", "browse/facets/reference/conditions.py"
ARRAYS, ROWS = "browse/domain/dataset_arrays.py", "browse/openimages/merging/image_table.py"
BUILD, LAYOUT = "browse/facets/build/generation.py", "browse/facets/index/layout.py"
EXPORTS = "browse/exports/tables.py"

IN_QUERY = "    sort: Sort = Sort.IMAGE_ID\n"
IN_FIELDS = '    Field(\n        "sort",\n'
FILTER_CLASSES = "WITH_FACET: dict[str, FacetFilter] = {"
IN_FACETS = '    "subset": SetFilter(_subsets'
IN_FILTERS = '"author": AuthorFilter()'
IN_SQL = '    "author": FieldInSql('

FIELD = Change(
    "a field on data that the index has: duplicate=yes|no",
    4,
    (
        Insertion(VALUES, IN_QUERY, "    duplicate: str | None = None\n"),
        Insertion(
            FIELDS,
            IN_FIELDS,
            """    Field(
        "duplicate",
        "duplicate",
        OneOf(("yes", "no")),
        "Whether another image has the same file. Default: both.",
        title="Duplicate",
        chosen=lambda values, names: {"yes": "duplicates", "no": "images without a duplicate"}[values[0]],
        clause="among",
        of_image=True,
    ),
""",
        ),
        Insertion(
            FILTERS,
            FILTER_CLASSES,
            '''class DuplicateFilter:
    """The images that share their file with others, or the rest."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        return value in ("yes", "no")

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        among = np.zeros(overlay.index.images, bool)
        among[overlay.index.duplicate_images] = True
        add_images(words, np.flatnonzero(among == (value == "yes")).astype(np.uint32))


''',
        ),
        Insertion(FILTERS, IN_FILTERS, '"duplicate": DuplicateFilter(), '),
        Insertion(
            CONDITIONS,
            IN_SQL,
            """    "duplicate": FieldInSql(
        lambda values: Condition(
            "(EXISTS (SELECT 1 FROM browse_image a JOIN browse_image b ON b.original_md5 = a.original_md5"
            " WHERE a.id = i.id AND b.id <> i.id AND a.original_md5 <> '')) = %s",
            (values[0] == "yes",),
        )
    ),
""",
        ),
    ),
)

FACET = Change(
    "a facet on data that the index has: has_author=yes|no",
    4,
    (
        Insertion(VALUES, IN_QUERY, "    has_author: str | None = None\n"),
        Insertion(
            FIELDS,
            IN_FIELDS,
            """    Field(
        "has_author",
        "has_author",
        OneOf(("yes", "no")),
        "Whether the image's author is known. Default: both.",
        title="Author known",
        chosen=lambda values, names: {"yes": "known authors", "no": "unknown authors"}[values[0]],
        clause="by",
        of_image=True,
        facet=Facet("has_author"),
    ),
""",
        ),
        Insertion(
            FILTERS,
            FILTER_CLASSES,
            '''class KnownAuthorFilter:
    """The images with an author, or those without."""

    def values(self, overlay: Corrections) -> Sequence[Any]:
        return [value for value in ("yes", "no") if self._words(overlay.index, value).any()]

    def has(self, overlay: Corrections, value: Any) -> bool:
        return value in ("yes", "no")

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        np.bitwise_or(words, self._words(overlay.index, value), out=words)

    def count(self, words: Bitset, overlay: Corrections, value: Any) -> int:
        return int(kernels.count_common(words, self._words(overlay.index, value)))

    def _words(self, index: Index, value: Any) -> Bitset:
        words: Bitset = np.zeros(index.width, np.uint64)
        known = np.asarray(index.image_authors) != 0xFFFFFFFF
        add_images(words, np.flatnonzero(known == (value == "yes")).astype(np.uint32))
        return words


''',
        ),
        Insertion(FILTERS, IN_FACETS, '    "has_author": KnownAuthorFilter(),\n'),
        Insertion(
            CONDITIONS,
            IN_SQL,
            """    "has_author": FieldInSql(
        lambda values: Condition("(i.author_id IS NOT NULL) = %s", (values[0] == "yes",)),
        values="SELECT DISTINCT CASE WHEN author_id IS NULL THEN 1 ELSE 0 END FROM browse_image",
        said=lambda number: ("yes", "no")[number],
    ),
""",
        ),
    ),
)

NEW_DATA = Change(
    "a facet with data that the index lacks: has_title=yes|no",
    8,
    (
        Insertion(VALUES, IN_QUERY, "    has_title: str | None = None\n"),
        Insertion(
            FIELDS,
            IN_FIELDS,
            """    Field(
        "has_title",
        "has_title",
        OneOf(("yes", "no")),
        "Whether the image has a title. Default: both.",
        title="Title",
        chosen=lambda values, names: {"yes": "a title", "no": "no title"}[values[0]],
        clause="with",
        of_image=True,
        facet=Facet("has_title"),
    ),
""",
        ),
        Insertion(
            FILTERS,
            FILTER_CLASSES,
            """def _title_place(index: Index, value: Any) -> int:
    return len(index.sets.sizes) - (2 if value == "yes" else 1)


def _title_values(index: Index) -> list[str]:
    return [value for value in ("yes", "no") if index.sets.sizes[_title_place(index, value)]]


""",
        ),
        Insertion(FILTERS, IN_FACETS, '    "has_title": SetFilter(_title_values, _title_place),\n'),
        Insertion(
            CONDITIONS,
            IN_SQL,
            """    "has_title": FieldInSql(
        lambda values: Condition(
            "(EXISTS (SELECT 1 FROM browse_image t WHERE t.id = i.id AND t.title <> '')) = %s", (values[0] == "yes",)
        ),
        values="SELECT DISTINCT CASE WHEN title = '' THEN 1 ELSE 0 END FROM browse_image",
        said=lambda number: ("yes", "no")[number],
    ),
""",
        ),
        Insertion(ARRAYS, "    image_digests: bytes = b", "    titled: npt.NDArray[np.bool_] | None = None\n"),
        Insertion(
            ROWS,
            '    "photos": (\n',
            '    "titled": (np.bool_, lambda rows: pc.not_equal(pc.fill_null(rows["title"].combine_chunks(), ""), "")'
            ".to_numpy(zero_copy_only=False)),\n",
        ),
        Insertion(
            BUILD,
            '    writer.array("set_sizes", np.array(sets.sizes',
            """        titled = np.zeros(n, bool) if arrays.titled is None else np.asarray(arrays.titled)
        sets.append(_as_words(titled))
        sets.append(_as_words(~titled))
""",
        ),
        Insertion(LAYOUT, '\n"""Raised whenever files written before', " + 1"),
    ),
)

EXPORT_FORMAT = Change(
    "an export format: /export/ids.txt",
    1,
    (
        Insertion(
            EXPORTS,
            "EXPORTS: tuple[ExportFormat[Matches], ...] = (\n    ExportFormat(\n",
            """def _ids(matches: Matches, heading: Heading, safe: bool) -> Written:
    batches = (matches.read(keys, list)[1] for keys in matches.batches())
    return Written(matches.count, (f"{image_id_from_key(key)}\\n" for keys in batches for key in keys))


""",
        ),
        Insertion(
            EXPORTS,
            ')\n"""The formats below /export, in the order of menus."""',
            '    ExportFormat("ids", "txt", "text/plain", "ImageIDs", "One ImageID a line.", _ids),\n',
        ),
    ),
)

CHANGES = (FIELD, FACET, NEW_DATA, EXPORT_FORMAT)
