"""What the importing and the loading process agree on."""

PROGRESS_TABLE = "browse_importprogress"
LATE_TABLES_READY = "late_tables.ready"
"""A file that says that the prepared tables that are merged late are complete."""
