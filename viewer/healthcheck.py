"""Asks the site on this machine whether it lives, as containers do: `python -m viewer.healthcheck`. Status 0 is yes."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException

TIMEOUT_S = 4.0


def main() -> None:
    """Ask `/healthz`, past whatever proxies the environment names."""
    site = HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=TIMEOUT_S)
    try:
        site.request("GET", "/healthz")
        status = site.getresponse().status
    except (OSError, HTTPException) as error:
        sys.exit(f"The site does not answer: {error}")
    if status != 200:
        sys.exit(f"The site answered {status}.")


if __name__ == "__main__":
    main()
