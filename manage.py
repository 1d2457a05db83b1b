#!/usr/bin/env python
"""Django's command line for the Open Images viewer."""

import sys

from viewer.commands import manage

if __name__ == "__main__":
    manage(sys.argv)
