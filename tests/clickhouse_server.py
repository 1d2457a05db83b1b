"""What the process of a ClickHouse server runs: LIBRARY PARENT ARGUMENT… See clickhouse.py. Standard library alone."""

from __future__ import annotations

import ctypes
import os
import signal
import sys


def _serve() -> None:
    """What a server's process runs: the library's own command line; it ends with the process that started it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != int(sys.argv[2]):
        return
    chdb = ctypes.CDLL(sys.argv[1])
    given = [b"clickhouse", *(one.encode() for one in sys.argv[3:])]
    chdb.chdb_query_cmdline.restype = ctypes.c_void_p
    chdb.chdb_query_cmdline.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]
    chdb.chdb_result_error.restype = ctypes.c_char_p
    chdb.chdb_result_error.argtypes = [ctypes.c_void_p]
    result = chdb.chdb_query_cmdline(len(given), (ctypes.c_char_p * len(given))(*given))
    sys.exit((chdb.chdb_result_error(result) or b"ended").decode())


if __name__ == "__main__":
    _serve()
