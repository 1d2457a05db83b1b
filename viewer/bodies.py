"""How large the body of a request may be. It is known from the request's head, before any of it is read."""

from __future__ import annotations

MOST_FILE_BYTES = 1024 * 1024
"""Of a file in a form that takes one."""
MOST_BODY_BYTES = MOST_FILE_BYTES + 64 * 1024
"""Of any body: such a file with the fields around it."""
