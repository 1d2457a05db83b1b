"""The JSON API: the same query language as the pages, in the same words."""

from browse.api.endpoints import api_urls

__all__ = ["api_urls"]
