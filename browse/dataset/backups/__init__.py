"""Backups: a folder with everything that an installation cannot make anew, and its way back."""
