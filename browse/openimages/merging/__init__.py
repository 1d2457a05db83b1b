"""Rows of many files as one data set: numbered, deduplicated, merged over what is there."""
