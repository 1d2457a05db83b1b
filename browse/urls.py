"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, path, re_path

from browse import views
from browse.account_views import account_urls
from browse.adding_views import adding_urls
from browse.api import api_urls
from browse.collection_views import collection_urls
from browse.comparison_views import comparison_urls
from browse.credit_views import credit_urls
from browse.curation_views import curation_urls
from browse.review_views import review_urls
from browse.saved_views import saved_view_urls
from browse.statistics_views import statistics_urls
from browse.theme_views import theme_urls
from browse.thumbnail_views import thumbnail_urls

app_name = "browse"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("facets", views.facets, name="facets"),
    path("facets/labels", views.facet_labels, name="facet-labels"),
    path("facets/authors", views.facet_authors, name="facet-authors"),
    path("go", views.go, name="go"),
    re_path(r"^image/(?P<image_id>[0-9a-f]{16})$", views.image, name="image"),
    path("labels", views.labels, name="labels"),
    path("labels.csv", views.labels_as_csv, name="labels-csv"),
    path("search", views.search, name="search"),
    path("export/images.csv", views.export_images, name="export-images"),
    path("export/labels.csv", views.export_labels, name="export-labels"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    *comparison_urls,
    *statistics_urls,
    *account_urls,
    *adding_urls,
    *collection_urls,
    *credit_urls,
    *curation_urls,
    *review_urls,
    *saved_view_urls,
    *theme_urls,
    *api_urls,
    *thumbnail_urls,
]
