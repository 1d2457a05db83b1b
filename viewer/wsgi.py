"""The application that a WSGI server such as gunicorn calls."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from viewer.loading import load_views

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")

application = get_wsgi_application()
if connection.vendor == "postgresql":
    from viewer.postgresql.driver import PatientConnection

    PatientConnection.statement_s = settings.DATABASE_TIMEOUT_S

load_views()
