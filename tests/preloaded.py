"""The packages that programs of the project load, as far as they need no settings; nothing of the project."""

# ruff: noqa: F401

import dj_database_url
import django.conf.urls.static
import django.contrib.admin.filters
import django.contrib.staticfiles.storage
import django.core.cache.backends.locmem
import django.core.management.commands.check
import django.core.serializers.json
import django.db.backends.sqlite3.base
import django.db.models.functions
import django.template.loader_tags
import django.test.client
import django.views.generic
import django_filters
import environs
import gunicorn.app.wsgiapp
import httpx
import numba
import PIL.ImageCms
import PIL.ImageDraw
import psycopg.adapt
import pyarrow.compute
import pyarrow.csv
import whitenoise.storage
