"""What the importing and the loading process agree on."""

PROGRESS_TABLE = "browse_importprogress"
ANNOTATIONS_READY = "annotations.ready"
"""A file that says that the prepared annotations are complete."""
