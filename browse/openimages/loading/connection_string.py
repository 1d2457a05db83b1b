"""How processes of an import that use no Django reach its PostgreSQL database."""

from __future__ import annotations

from django.db import connection


def postgresql_uri() -> str:
    """A libpq connection string with Django's settings."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - of this database alone, and takes long

    connection.ensure_connection()
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "options", "sslmode", "sslrootcert", "sslcert", "sslkey")
    return make_conninfo("", **{name: parameters[name] for name in names if parameters.get(name)})
