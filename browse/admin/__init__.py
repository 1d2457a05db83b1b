"""The administration's screens: the data set to look at, and what people do to it."""
