"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, path, re_path

from browse.api import api_urls
from browse.views import pages
from browse.views.about import about_urls
from browse.views.accounts import account_urls
from browse.views.activity import activity_urls
from browse.views.agreement import agreement_urls
from browse.views.authors import author_urls
from browse.views.batches import batch_urls
from browse.views.boxes import box_urls
from browse.views.bulk_add import adding_urls
from browse.views.collections import collection_urls
from browse.views.comparison import comparison_urls
from browse.views.credits import credit_urls
from browse.views.curation import curation_urls
from browse.views.exports import export_urls
from browse.views.hierarchy import hierarchy_urls
from browse.views.relations import relation_urls
from browse.views.releases import release_urls
from browse.views.review import review_urls
from browse.views.saved_views import saved_view_urls
from browse.views.set_files import set_file_urls
from browse.views.sets import set_urls
from browse.views.statistics import statistics_urls
from browse.views.tasks import task_urls
from browse.views.theme import theme_urls
from browse.views.thumbnails import thumbnail_urls
from browse.views.tokens import token_urls

app_name = "browse"
urlpatterns: list[URLPattern | URLResolver] = [
    *thumbnail_urls,  # thirty requests a page: before all that they are not
    path("", pages.index, name="index"),
    path("facets", pages.facets, name="facets"),
    path("facets/labels", pages.facet_labels, name="facet-labels"),
    path("facets/authors", pages.facet_authors, name="facet-authors"),
    path("go", pages.go, name="go"),
    re_path(r"^image/(?P<image_id>[0-9a-f]{16})$", pages.image, name="image"),
    re_path(r"^image/(?P<image_id>[0-9a-f]{16})/look$", pages.look, name="look"),
    path("labels", pages.labels, name="labels"),
    path("labels.csv", pages.labels_as_csv, name="labels-csv"),
    path("search", pages.search, name="search"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    *about_urls,
    *comparison_urls,
    *statistics_urls,
    *account_urls,
    *activity_urls,
    *adding_urls,
    *agreement_urls,
    *author_urls,
    *batch_urls,
    *box_urls,
    *collection_urls,
    *credit_urls,
    *curation_urls,
    *export_urls,
    *hierarchy_urls,
    *relation_urls,
    *release_urls,
    *review_urls,
    *saved_view_urls,
    *set_file_urls,
    *set_urls,
    *task_urls,
    *theme_urls,
    *api_urls,
    *token_urls,
]
