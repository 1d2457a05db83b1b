"""Painters of the sample's pictures: each scene knows the labels that one can see in it."""
