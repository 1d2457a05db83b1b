#!/usr/bin/env python
"""Django's command line for the Open Images viewer."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error as DatabaseError

from browse.domain.database_trouble import told, trouble_of


def main() -> None:
    """Run a command; a wrong setting, a database that is away, or Ctrl-C ends in one line and not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"Invalid setting. {error}")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if trouble_of(error) is None:
            raise
        sys.exit(f"Error: {told(error)}")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
