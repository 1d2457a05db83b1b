"""Tables that only grow: the database itself refuses to change or remove their rows.

SQLite's REPLACE removes rows without asking triggers for DELETE; so there a row whose id or uid exists is refused
before it is inserted. A migration that makes such a table anew (SQLite does, for most changes) has to guard it again.
"""

from __future__ import annotations

REFUSED = "history is never changed: a correction is a new row"
_FUNCTION = "browse_refuse_change"


def guard(vendor: str, table: str) -> list[str]:
    """The statements that make a table append-only, on `postgresql` or `sqlite`."""
    return _guard_postgresql(table) if vendor == "postgresql" else _guard_sqlite(table)


def unguard(vendor: str, table: str) -> list[str]:
    """The statements that take that back: for a migration that goes back, and for the end of a test."""
    on = f" ON {table}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{on}" for name in triggers(vendor, table)]


def triggers(vendor: str, table: str) -> list[str]:
    """The names of the triggers that guard a table."""
    kinds = ("rows", "truncate") if vendor == "postgresql" else ("update", "delete", "replace")
    return [f"{table}_{kind}" for kind in kinds]


def at_work(vendor: str) -> str:
    """The query for the names of all triggers that are at work."""
    if vendor == "postgresql":
        return "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    return "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def _guard_postgresql(table: str) -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '%: {REFUSED}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    return [
        function,
        f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
    ]


def _guard_sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSED}'); END"
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR uid = NEW.uid)"  # noqa: S608 - names of tables
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {exists} {refuse}",
    ]
