"""Why a search cannot be answered now. All are 503, and say when to come again or what to run."""

from __future__ import annotations

IMPORT = "python manage.py import_openimages PATH"
CHECK = "python manage.py check"
REBUILD = "python manage.py build_index"


class SearchError(Exception):
    """The answer cannot be given now. `retry_after_s` is a guess at when it can."""

    retry_after_s = 5


class NoDatasetError(SearchError):
    """Nothing was imported yet."""

    retry_after_s = 60

    def __init__(self) -> None:
        super().__init__(f"there is no data set yet; import one with `{IMPORT}`")


class IndexUnavailableError(SearchError):
    """The index generation that belongs to the tables cannot be served from. The log says why: visitors get no path."""

    retry_after_s = 30

    def __init__(self, message: str = f"the index cannot be used; `{CHECK}` and the site's log say why") -> None:
        super().__init__(message)


class UpgradingError(SearchError):
    """Database or index are of a newer version of this program than this process, which is about to be stopped."""

    retry_after_s = 60

    def __init__(self) -> None:
        super().__init__("this site is being upgraded; please come back in a few minutes")


class TablesDifferError(SearchError):
    """The index names rows that the tables do not have."""

    retry_after_s = 30

    def __init__(self, what: str) -> None:
        super().__init__(f"the index names {what} that the database does not have; rebuild it with `{REBUILD}`")


class EngineLacksError(SearchError):
    """The engine that settings choose does not offer this answer; the message names both."""

    retry_after_s = 3600


class EngineDownError(SearchError):
    """What the engine asks, such as another server, does not answer; the log says what and why."""

    def __init__(self) -> None:
        super().__init__("the servers that answer queries cannot be reached in full; please try again in a moment")


class DeadlineError(SearchError):
    """The query took longer than allowed."""

    def __init__(self) -> None:
        super().__init__("the query took longer than allowed; ask for less, or try again later")


class ChangingError(SearchError):
    """The data set changed all the while."""

    retry_after_s = 2

    def __init__(self) -> None:
        super().__init__("the data set is changing faster than it can be read; try again in a moment")
