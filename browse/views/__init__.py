"""Thin views: read the request, make one call, render."""
