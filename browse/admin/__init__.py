"""The administration's screens: the data set to look at, and what people do to it."""

from browse.admin import accounts, collections, dataset, flags, history, images, labels, pictures

__all__ = ["accounts", "collections", "dataset", "flags", "history", "images", "labels", "pictures"]
