"""The query language: values, canonical form, and the changes that links make. Pure."""
