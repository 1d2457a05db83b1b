"""One import from its files to the switch, and the index that belongs to it."""
