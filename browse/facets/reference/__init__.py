"""The reference engine: docs/query-language.md said again as SQL."""
