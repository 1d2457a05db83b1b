"""Addresses of the site."""

from django.urls import URLPattern, URLResolver

app_name = "browse"
urlpatterns: list[URLPattern | URLResolver] = []
