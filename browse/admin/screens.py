"""Every screen of the administration; importing this registers them all."""

from browse.admin import accounts, collections, dataset, flags, history, images, labels, pictures

__all__ = ["accounts", "collections", "dataset", "flags", "history", "images", "labels", "pictures"]
