"""The command lines: `manage.py` of a checkout, and `openimages-viewer` of the installed package."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import version

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error as DatabaseError

from browse.domain.database_trouble import told, trouble_of

USAGE = """\
Usage: openimages-viewer COMMAND [OPTIONS]

  import PATH [PATH ...]  import files into the data set; --replace puts them in its place
  serve                   serve the site, at first with a generated sample; --host and --port say where
  version                 print the version

Every other command of the documentation works as well: what it calls `manage.py COMMAND` is
`openimages-viewer COMMAND`, such as createsuperuser, backup, or check_installation. Settings come from the environment.
"""


def main() -> None:
    """`openimages-viewer`."""
    program, *arguments = sys.argv
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
    elif arguments[0] in ("version", "--version"):
        sys.stdout.write(version("openimages-viewer") + "\n")
    elif arguments[0] == "serve":
        serve(arguments[1:])
    elif arguments[0] == "import":
        manage([program, "migrate", "--verbosity=0", "--no-input"])
        manage([program, "import_openimages", *arguments[1:]])
    else:
        manage([program, *arguments])


def serve(arguments: list[str]) -> None:
    """Make everything ready and become the web server."""
    from argparse import ArgumentParser  # noqa: PLC0415 - of this command alone

    parser = ArgumentParser(prog="openimages-viewer serve")
    for name, default in (("host", "127.0.0.1"), ("port", "8000")):
        help_ = f"by default {name.upper()} of the environment, or {default}"
        parser.add_argument(f"--{name}", default=os.environ.get(name.upper()) or default, help=help_)
    options = parser.parse_args(arguments)
    os.environ |= {"HOST": options.host, "PORT": options.port}
    from viewer.start import main as start  # noqa: PLC0415 - reads settings

    start([])


def manage(arguments: list[str]) -> None:
    """Run a command; a wrong setting, a database that is away, or Ctrl-C ends in one line and not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"Invalid setting. {error}")
    try:
        execute_from_command_line(arguments)
    except DatabaseError as error:
        if trouble_of(error) is None:
            raise
        sys.exit(f"Error: {told(error)}")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
