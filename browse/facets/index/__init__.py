"""The index on disk: its layout, its store of generations, how one is written and opened."""
