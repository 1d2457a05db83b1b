"""ClickHouse servers over HTTP: one statement to all shards at once, all answers or none."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import pyarrow as pa

from browse.domain.deadlines import seconds_left
from browse.facets.clickhouse.timed_connections import TimedTransport
from browse.facets.errors import EngineUnavailableError, QueryTimeoutError

REPLICAS = "|"
"""Stands between the addresses of one shard's replicas."""
LONGEST_S = 60.0
"""How long a statement may take that nobody has set a time for."""
FILLING_S = 3600.0
"""How long one that fills or empties a shard may take."""
_TOO_SLOW = ("159", "160", "209")
"""Codes of ClickHouse: the time is over, or it would be."""
_SETTINGS = {
    "wait_end_of_query": "1",  # nothing is sent before all is well
    "default_format": "ArrowStream",
    "output_format_arrow_string_as_string": "1",
    "output_format_arrow_compression_method": "none",
    "max_query_size": "16777216",
    "max_ast_elements": "1000000",
    "max_expanded_ast_elements": "5000000",
    "compile_expressions": "0",  # statements differ from query to query
    "compile_aggregate_expressions": "0",
    "group_by_two_level_threshold": "0",  # on one thread it doubles the cost of counting many authors
    "group_by_two_level_threshold_bytes": "0",
    "optimize_and_compare_chain": "0",  # planning many conditions takes the square of their number with it
    "cancel_http_readonly_queries_on_client_close": "1",
}
_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=20.0)
_END_OF_STREAM = b"\xff\xff\xff\xff\0\0\0\0"
"""What a stream of Arrow batches ends with; without it batches may be missing, which its readers do not mind."""
_SHARE_OF_ATTEMPT = 0.9
"""A server is told to give up somewhat before it is no longer waited for, so that it can say so itself."""


class ShardError(Exception):
    """One server did not answer, or said that it cannot."""

    def __init__(self, fault: str, code: str = "") -> None:
        super().__init__(fault)
        self.code = code


@dataclass(frozen=True)
class SentTable:
    """A small table that goes along with a statement, as a stream of Arrow batches."""

    name: str
    structure: str
    body: bytes

    @classmethod
    def of(cls, name: str, structure: str, table: pa.Table) -> SentTable:
        """From columns in the structure's order."""
        return cls(name, structure, as_stream(table))


def as_stream(table: pa.Table) -> bytes:
    """A table as a stream of Arrow batches."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    return body


Check = Callable[[pa.Table], None]
"""Raises ShardError for an answer that must not be used."""


class Shards:
    """The servers that a setting names: addresses of shards in the order of their ImageIDs, each with its replicas."""

    def __init__(self, setting: Sequence[str]) -> None:
        self.replicas = [[one.strip().rstrip("/") for one in shard.split(REPLICAS)] for shard in setting]
        self._transport = TimedTransport(_CONNECTIONS)

    def __len__(self) -> int:
        return len(self.replicas)

    @cached_property
    def _client(self) -> httpx.Client:
        client = httpx.Client(headers={"Accept-Encoding": "identity"}, trust_env=False, transport=self._transport)
        weakref.finalize(self, client.close)
        return client

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        threads = ThreadPoolExecutor(4 * len(self), "shards")
        weakref.finalize(self, threads.shutdown, wait=False)
        return threads

    def ask_each(self, asked: Mapping[int, Callable[[float], pa.Table]], deadline: float | None) -> dict[int, pa.Table]:
        """What each of some shards answers, by place; all are asked at once, and one that fails fails all of it."""
        left = seconds_left()
        until = deadline or time.monotonic() + (LONGEST_S if left is None else left)
        if len(asked) == 1:
            return {place: ask(until) for place, ask in asked.items()}
        running = {place: self._threads.submit(ask, until) for place, ask in asked.items()}
        return {place: one.result() for place, one in running.items()}

    def ask(
        self,
        place: int,
        sql: str,
        until: float,
        tables: Iterable[SentTable],
        check: Check,
        *,
        if_empty: str = "",
    ) -> pa.Table:
        """The answer of one shard: of the first of its replicas that gives one which passes the check.

        if_empty: what the same replica is asked where its answer has no rows; the check is of what it says to that.
        Raises QueryTimeoutError where the query takes too long, EngineUnavailableError where no replica can answer.
        """
        faults = []
        addresses = self.replicas[place]
        sent = [*tables]
        for number, address in enumerate(addresses):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                ends = time.monotonic() + left / (len(addresses) - number)
                found = self._post(address, sql, ends, sent)
                check(found if found.num_rows or not if_empty else self._post(address, if_empty, ends, ()))
            except ShardError as error:
                if error.code in _TOO_SLOW:
                    raise QueryTimeoutError from error
                faults.append(f"{_shown(address)}: {error}")
            else:
                return found
        if not faults:
            raise QueryTimeoutError
        raise EngineUnavailableError(f"shard {place + 1} of {len(self)}", "; ".join(faults))

    def _post(self, address: str, sql: str, until: float, tables: Sequence[SentTable]) -> pa.Table:
        seconds = max(0.001, (until - time.monotonic()) * _SHARE_OF_ATTEMPT)  # 0 would be without end
        options = {**_SETTINGS, "max_execution_time": f"{seconds:.3f}"}
        body: dict[str, Any] = {"content": sql.encode()}
        if tables:
            options |= {f"{table.name}_format": "ArrowStream" for table in tables}
            options |= {f"{table.name}_structure": table.structure for table in tables}
            body = {"data": {"query": sql}, "files": {table.name: (table.name, table.body) for table in tables}}
        answer = self._request(address, options, body, until)
        if not answer.endswith(_END_OF_STREAM):
            raise ShardError("an answer that is cut short or no Arrow stream")
        try:
            return pa.ipc.open_stream(answer).read_all()
        except (pa.ArrowException, OSError) as error:
            raise ShardError(f"an answer that is no Arrow stream ({error})") from error

    def _request(self, address: str, options: Mapping[str, str], body: Mapping[str, Any], until: float) -> bytes:
        parts, seconds = [], until - time.monotonic()
        if seconds <= 0:
            raise ShardError("no answer in time")
        try:
            url, auth = _without_password(address)
            asked = self._client.stream("POST", url, params=dict(options), auth=auth, timeout=seconds, **body)
            with self._transport.until(until), asked as response:
                for part in response.iter_raw():
                    parts.append(part)
                    if time.monotonic() > until:
                        raise ShardError("no whole answer in time")
                status, code = response.status_code, response.headers.get("X-ClickHouse-Exception-Code", "")
        except httpx.TimeoutException as error:
            raise ShardError(f"no {'whole ' if parts else ''}answer in time") from error
        except httpx.HTTPError as error:
            raise ShardError(str(error) or type(error).__name__) from error
        answer = b"".join(parts)
        if status != httpx.codes.OK:
            raise ShardError(answer.decode(errors="replace").strip()[:300], code)
        return answer

    def run_everywhere(self, sql: str, place: int | None = None) -> None:
        """Run a statement on every replica of one shard, or of all."""
        for address in self._addresses(place):
            self._do(address, {}, {"content": sql.encode()})

    def insert(self, place: int, table: str, rows: pa.Table) -> None:
        """Add rows to a table of every replica of a shard, by the names of the columns."""
        columns = ", ".join(rows.column_names)
        body = as_stream(rows)
        for address in self._addresses(place):
            self._do(address, {"query": f"INSERT INTO {table} ({columns}) FORMAT ArrowStream"}, {"content": body})

    def each_replica(self, place: int, sql: str) -> list[pa.Table]:
        """What every replica of a shard answers."""
        return [pa.ipc.open_stream(self._do(address, {}, {"content": sql.encode()})).read_all() for address in
                self._addresses(place)]  # fmt: skip

    def _addresses(self, place: int | None) -> list[str]:
        return [one for shard in (self.replicas if place is None else [self.replicas[place]]) for one in shard]

    def _do(self, address: str, options: Mapping[str, str], body: Mapping[str, Any]) -> bytes:
        try:
            return self._request(address, {**_SETTINGS, **options}, body, time.monotonic() + FILLING_S)
        except ShardError as error:
            raise EngineUnavailableError(_shown(address), str(error)) from error


def _without_password(address: str) -> tuple[httpx.URL, tuple[str, str] | None]:
    """An address as it may be logged, and who asks."""
    url = httpx.URL(address)
    return url.copy_with(userinfo=b""), (url.username, url.password) if url.userinfo else None


def _shown(address: str) -> str:
    """An address without the password in it."""
    return str(_without_password(address)[0])
