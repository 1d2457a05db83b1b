"""The project's settings with a picture host on loopback, and with short waits for it: stalled downloads end soon."""

from bench.thumbnail_settings import *  # noqa: F403
from browse.thumbnails import breaker, fetching, network

network.FIRST_BYTE_TIMEOUT_S = 0.6
fetching.TOTAL_TIMEOUT_S = 0.8
breaker.FIRST_PAUSE_S = 0.2
breaker.LONGEST_PAUSE_S = 1.0
