"""The formats that a set is written in: one writer each."""
