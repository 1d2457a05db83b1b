"""What can go wrong with an import as a whole; a single bad row is a reject, not an error."""


class ImportProblemError(Exception):
    """The import cannot go on; the text names what, where and what to do. Nothing became visible."""


class ImportLockedError(ImportProblemError):
    """Another import holds the lock."""


class TooManyRejectsError(ImportProblemError):
    """More rows were rejected than --max-rejects allows."""
