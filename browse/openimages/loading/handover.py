"""What the importing and the loading process agree on."""

PROGRESS_TABLE = "browse_importprogress"
READY = ".ready"
"""Behind a table's name the name of a file that says that the prepared table is complete."""
