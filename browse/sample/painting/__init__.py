"""Draws the sample's pictures."""
