"""The numbers that a comparison of two releases has for each label and subset."""

from __future__ import annotations

from browse.models import Subset

MACHINE = ("machine_before", "machine_after", "machine_added", "machine_removed", "machine_changed")
"""Labels that the machine gave; changed: with another confidence."""
VERDICTS = ("yes_before", "yes_after", "no_before", "no_after")
CHANGES = ("yes_added", "yes_removed", "no_added", "no_removed", "no_to_yes", "yes_to_no")
"""Verdicts on pairs that had none before, or have none any more, and those turned round."""
COLUMNS = (*MACHINE, *VERDICTS, *CHANGES)
CHANGED = ("machine_added", "machine_removed", "machine_changed", *CHANGES)
"""What makes a label one that differs."""
SUBSETS = (*(str(subset.label) for subset in Subset), "unknown")
