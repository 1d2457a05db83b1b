"""Building an index generation out of prepared arrays."""
