"""Addresses of the site."""

from django.urls import URLPattern, URLResolver

from browse.thumbnail_views import thumbnail_urls

app_name = "browse"
urlpatterns: list[URLPattern | URLResolver] = [*thumbnail_urls]
