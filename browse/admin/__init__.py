"""The administration's screens: the data set to look at, and what people do to it."""

from browse import picture_admin  # registers its model, as the others do
from browse.admin import accounts, collections, dataset, flags, history, images, labels

__all__ = ["accounts", "collections", "dataset", "flags", "history", "images", "labels", "picture_admin"]
