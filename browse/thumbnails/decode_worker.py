"""The decoding process: reads jobs from the socket that is its standard input until that closes.

It greets with a line when it is ready. A message is a line of JSON and the bytes it announces. A job is
`{"bytes", "rotation", "outputs": [[side, format, part]]}`, where a part is null or its four sides, an answer
`{"width", "height", "look", "bytes": [...]}` or `{"refused": why}`.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
import sys
from typing import Any

from browse.thumbnails import rendering

MEMORY_LIMIT = 768 << 20
_JOB_LIMIT_S = 30


def main() -> None:
    """Serve jobs one after the other."""
    rendering.prepare()
    _limit()
    with socket.socket(fileno=sys.stdin.fileno()) as connection, connection.makefile("rwb") as stream:
        stream.write(b"ready\n")
        stream.flush()
        while line := stream.readline():
            # Ends this process, should the one that asked be gone and the job go on for ever.
            signal.alarm(_JOB_LIMIT_S)
            job = json.loads(line)
            answer, parts = _work(job, stream.read(job["bytes"]))
            stream.write(json.dumps(answer).encode() + b"\n")
            for part in parts:
                stream.write(part)
            stream.flush()
            signal.alarm(0)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    outputs = [
        rendering.Output(side, encoding, part and rendering.Part(*part)) for side, encoding, part in job["outputs"]
    ]
    try:
        rendered = rendering.render(data, outputs, rotation=job["rotation"])
    except Exception as error:  # noqa: BLE001 -- Pillow raises nearly anything on hostile files; all mean: no picture.
        return {"refused": f"{type(error).__name__}: {error}"[:200]}, []
    sizes = [len(part) for part in rendered.encoded]
    answer = {"width": rendered.width, "height": rendered.height, "look": rendered.look, "bytes": sizes}
    return answer, rendered.encoded


if __name__ == "__main__":
    main()
