#!/usr/bin/env python
"""Django's command line for the Open Images viewer."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command; a wrong setting, or Ctrl-C, ends in one line and not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting. {error}")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
