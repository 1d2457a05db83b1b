"""What is wrong with a database that cannot answer or write, whatever is asked of it: from its driver's codes."""

from __future__ import annotations

from enum import Enum

_ERROR_CLASSES = {"OperationalError", "InterfaceError"}
"""PEP 249: of errors without a code of the server's these mean that there is no connection."""


class Trouble(Enum):
    """What is wrong, in words for everybody, and a guess at when it is over."""

    FULL = ("the database has no disk space left", 60)
    LOCKED = ("the database is busy with other changes", 5)
    AWAY = ("the database cannot be reached", 5)
    SLOW = ("the database did not respond in time", 5)
    UNUSABLE = ("the database cannot be read or written", 60)

    def __init__(self, words: str, retry_after_s: int) -> None:
        self.words = words
        self.retry_after_s = retry_after_s


_SQLITE = {  # primary result codes, https://sqlite.org/rescode.html
    5: Trouble.LOCKED,
    6: Trouble.LOCKED,
    8: Trouble.UNUSABLE,  # read-only
    9: Trouble.SLOW,
    10: Trouble.UNUSABLE,  # disk I/O
    11: Trouble.UNUSABLE,  # damaged
    13: Trouble.FULL,
    14: Trouble.UNUSABLE,  # cannot be opened
    26: Trouble.UNUSABLE,  # no database
}
_POSTGRESQL = {  # error codes or their classes, https://www.postgresql.org/docs/current/errcodes-appendix.html
    "08": Trouble.AWAY,
    "25006": Trouble.UNUSABLE,  # read-only, as a standby is
    "25P03": Trouble.AWAY,  # an idle transaction was ended
    "25P04": Trouble.SLOW,
    "40001": Trouble.LOCKED,
    "40P01": Trouble.LOCKED,  # deadlock
    "53": Trouble.AWAY,  # out of memory or connections
    "53100": Trouble.FULL,
    "55P03": Trouble.LOCKED,
    "57014": Trouble.SLOW,
    "57P": Trouble.AWAY,  # it stops, starts, or ended the connection
    "58": Trouble.UNUSABLE,
    "XX001": Trouble.UNUSABLE,  # damaged
    "XX002": Trouble.UNUSABLE,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """What an error of Django's or a driver's means; None where the question itself was wrong, and for other errors."""
    for one in (error.__cause__ or error, error):
        if isinstance(code := getattr(one, "sqlite_errorcode", None), int):
            return _SQLITE.get(code & 0xFF)
        if hasattr(one, "sqlstate"):
            return _of_state(one, one.sqlstate)
    return None


def _of_state(error: BaseException, state: str | None) -> Trouble | None:
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:3]) or _POSTGRESQL.get(state[:2])
    names = {kind.__name__ for kind in type(error).__mro__}
    return Trouble.AWAY if names & _ERROR_CLASSES else None


def in_one_line(error: BaseException) -> str:
    """What the driver says, for the log."""
    return " ".join(str(error).split())


def told(error: BaseException) -> str:
    """What is wrong in one line, for whoever runs the site."""
    trouble = trouble_of(error)
    words = trouble.words if trouble is not None else "the database cannot be used"
    return f"{words[0].upper()}{words[1:]}: {in_one_line(error)}"
