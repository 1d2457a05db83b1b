"""Trial changes: what it takes to add a field, a facet, a table's column to the index, an export format.

Each trial is a real change of the code, kept as text. `test_trials.py` counts the files that it touches, then lays all
trials over a copy of the project and runs `taken_in.py` there. docs/extending.md names them as examples.
"""
