"""The application that a WSGI server such as gunicorn calls."""

import os
from contextlib import suppress

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import Resolver404, resolve

from viewer.compiling import load_compiled

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")

application = get_wsgi_application()
if connection.vendor == "postgresql":
    from viewer.postgresql.driver import PatientConnection

    PatientConnection.statement_s = settings.DATABASE_TIMEOUT_S

# Loads the views, and with them the large packages, before a server forks its workers: they share that memory.
# An address that there is not has Django compile the pattern of every other one, too.
with suppress(Resolver404):
    resolve("/-")
load_compiled()
