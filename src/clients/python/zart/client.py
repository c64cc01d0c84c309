"""Clients of the public API: :class:`Client` blocks, :class:`AsyncClient` is for asyncio.

Every call is safe to repeat, and is repeated when the connection breaks or the service is away for a moment: a start carries an
id, an event carries an idempotency key.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import ssl
import threading
import time
import uuid
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence
from urllib.parse import quote, urlencode, urlsplit

from ._http import Http, HttpFailure, Response
from ._json import Json, encode, items, members
from ._outbox import backoff
from .errors import ApiError, Conflict, NotFound

TERMINAL = ("completed", "failed", "cancelled")
LONGEST_POLL = 30
CHILDREN_OF_A_PAGE = 100


class Execution:
    """The record of an execution."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._raw = dict(members(text))

    def raw(self, member: str) -> Json:
        """A member to the letter; null if it is absent."""
        return Json(self._raw.get(member, "null"))

    def _get(self, member: str) -> Any:
        return self.raw(member).value

    @property
    def id(self) -> str:
        return str(self._get("durableExecutionId"))

    @property
    def task_name(self) -> str:
        return str(self._get("name"))

    @property
    def status(self) -> str:
        """``scheduled``, ``running``, ``completed``, ``failed`` or ``cancelled``."""
        return str(self._get("status"))

    @property
    def ended(self) -> bool:
        return self.status in TERMINAL

    @property
    def payload(self) -> Any:
        return self._get("payload")

    @property
    def result(self) -> Any:
        return self._get("result")

    @property
    def error(self) -> Optional[Dict[str, Any]]:
        """``{"message","type","step"}`` of a failed one."""
        return self._get("error")

    @property
    def waiting(self) -> Optional[Dict[str, Any]]:
        """``{"kind","name","until"}`` of what an active one waits for."""
        return self._get("waiting")

    @property
    def parent(self) -> Optional[Dict[str, Any]]:
        """``{"executionId","runIndex","taskName"}`` of the run that started it as a child."""
        return self._get("parent")

    @property
    def run_index(self) -> int:
        return int(self._get("runIndex"))

    @property
    def version(self) -> int:
        return int(self._get("version"))

    def __repr__(self) -> str:
        return "Execution(%r, %r, %s)" % (self.id, self.task_name, self.status)


class _Call(NamedTuple):
    method: str
    path: str
    body: Optional[str]
    headers: Dict[str, str]
    read: Callable[[Response], Any]
    timeout: float = 60.0


def _new_id() -> str:
    """A UUIDv7: ids that follow one another in time are near one another in the indexes of the database."""
    moment = int(time.time() * 1000).to_bytes(6, "big")
    value = bytearray(moment + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(value)))


def _execution(answer: Response) -> Execution:
    return Execution(answer.text)


def _prefix(given: Optional[str]) -> str:
    return (given or os.environ.get("ZART_API_PREFIX", "/api/v1")).rstrip("/")


def _name(text: str) -> str:
    return quote(text, safe="")


def _start(task_name: str, payload: Any, execution_id: Optional[str], wait: Optional[int], options: Mapping[str, Any]) -> _Call:
    members = ['"executionId":' + encode(execution_id or _new_id()), '"taskName":' + encode(task_name)]
    members.append('"payload":' + encode(payload))
    members += ['"%s":%s' % (name, encode(value)) for name, value in options.items() if value is not None]
    headers = {} if wait is None else {"Prefer": "wait=%d" % wait}
    return _Call("POST", "/executions", "{" + ",".join(members) + "}", headers, _execution, 60.0 + (wait or 0))


def _wait(execution_id: str, seconds: float) -> _Call:
    path = "/executions/%s/wait?timeoutSecs=%d" % (_name(execution_id), max(0, min(LONGEST_POLL, int(seconds + 0.999))))
    return _Call("GET", path, None, {}, _execution)


def _list(filters: Mapping[str, Any]) -> _Call:
    names = {"task_name": "taskName", "sort_by": "sortBy", "sort_order": "sortOrder", "from_": "from"}
    query = urlencode({names.get(name, name): value for name, value in filters.items() if value is not None})
    return _Call("GET", "/executions?" + query, None, {}, lambda answer: [Execution(one) for one in items(answer.text)])


def _children(execution_id: str, known: List[Execution]) -> _Call:
    """The page of children behind those that are known."""
    query = "?" + urlencode({"after": known[-1].id}) if known else ""
    path = "/executions/%s/children%s" % (_name(execution_id), query)
    return _Call("GET", path, None, {}, lambda answer: [Execution(one) for one in items(answer.text)])


def _event(execution_id: str, name: str, payload: Any, key: Optional[str]) -> _Call:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    path = "/events/%s/%s" % (_name(execution_id), _name(name))
    return _Call("POST", path, encode(payload), headers, lambda answer: str(json.loads(answer.text)["status"]))


def _get(execution_id: str) -> _Call:
    return _Call("GET", "/executions/" + _name(execution_id), None, {}, _execution)


def _cancel(execution_id: str) -> _Call:
    return _Call("POST", "/executions/%s/cancel" % _name(execution_id), None, {}, lambda answer: None)


_STATS = _Call("GET", "/stats", None, {}, lambda answer: json.loads(answer.text))


def _wait_many(ids: Sequence[str], mode: str, seconds: float) -> _Call:
    whole = max(0, min(LONGEST_POLL, int(seconds + 0.999)))
    body = encode({"ids": list(ids), "mode": mode, "timeoutSecs": whole})
    return _Call(
        "POST", "/executions/wait", body, {}, lambda answer: [Execution(one) for one in items(dict(members(answer.text))["executions"])]
    )


def _read(call: _Call, answer: Response) -> Any:
    if 200 <= answer.status < 300:
        return call.read(answer)
    try:
        problem = json.loads(answer.text)
    except ValueError:
        problem = None
    known = problem if isinstance(problem, dict) else {}
    detail = known.get("detail") or known.get("error") or answer.text[:500] or "no details"
    kind = {404: NotFound, 409: Conflict}.get(answer.status, ApiError)
    raise kind(answer.status, known.get("code"), detail, problem, answer.retry_after)


def _pause(tries: int, most: int, answer: Optional[Response]) -> Optional[float]:
    """Seconds before the call is repeated, None if it is not."""
    if tries >= most or answer is not None and answer.status not in (429, 503):
        return None
    asked = answer.retry_after if answer is not None else None
    return max(backoff(tries) if tries or answer is None else 0.0, asked or 0.0)


class _Deadline:
    """Time left of a wait."""

    def __init__(self, timeout: Optional[float]) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout

    @property
    def left(self) -> float:
        return LONGEST_POLL if self._end is None else self._end - time.monotonic()

    def passed(self, error: ApiError) -> bool:
        """Whether the wait is over; raises what is not a time-out of a poll."""
        if error.status != 504:
            raise error
        return self._end is not None and self.left <= 0


class Client:
    """A blocking client. May be used from several threads; each gets a connection of its own.

    :param url: base URL; default ``ZART_URL``
    :param api_prefix: default ``ZART_API_PREFIX``, else ``/api/v1``
    :param headers: sent with every request, for example ``{"Authorization": "Bearer …"}``
    :param retries: how often a call is repeated when the connection breaks, or after 503 or 429
    """

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        api_prefix: Optional[str] = None,
        headers: Optional[Dict[str, str]] = None,
        retries: int = 8,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        parts = urlsplit(url or os.environ.get("ZART_URL", "http://localhost:8080"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not an http(s) URL: %r" % url)
        self._parts = parts
        self._prefix = parts.path.rstrip("/") + _prefix(api_prefix)
        self._headers = dict(headers or {})
        self._retries = retries
        self._tls = tls
        self._local = threading.local()

    def start(
        self,
        task_name: str,
        payload: Any = None,
        *,
        execution_id: Optional[str] = None,
        on_conflict: Optional[str] = None,
        delay: Optional[float] = None,
        timeout: Optional[float] = None,
        tags: Optional[Mapping[str, str]] = None,
        wait: Optional[int] = None,
    ) -> Execution:
        """Starts an execution, or returns the one that has the id.

        :param on_conflict: ``return`` (default), ``reject``, ``restart`` or ``replace``, when the id exists
        :param delay: seconds before it may run
        :param timeout: seconds that its run may take
        :param wait: seconds to wait for its end, at most 30; the record shows whether it ended
        """
        options = {"onConflict": on_conflict, "delaySecs": delay, "timeoutSecs": timeout, "tags": tags}
        return self._do(_start(task_name, payload, execution_id, wait, options))

    def get(self, execution_id: str) -> Execution:
        """The execution. :raises NotFound:"""
        return self._do(_get(execution_id))

    def wait(self, execution_id: str, timeout: Optional[float] = None) -> Execution:
        """Waits until it is completed, failed or cancelled. :raises TimeoutError: after ``timeout`` seconds"""
        deadline = _Deadline(timeout)
        while True:
            try:
                return self._do(_wait(execution_id, deadline.left))
            except ApiError as error:
                if deadline.passed(error):
                    raise TimeoutError(error.detail) from error

    def wait_many(self, ids: Sequence[str], mode: str = "all", timeout: Optional[float] = None) -> List[Execution]:
        """Waits until ``all`` or ``any`` of them have ended; the records of all, in that order. :raises TimeoutError:"""
        deadline = _Deadline(timeout)
        while True:
            try:
                return self._do(_wait_many(ids, mode, deadline.left))
            except ApiError as error:
                if deadline.passed(error):
                    raise TimeoutError(error.detail) from error

    def list(self, **filters: Any) -> List[Execution]:
        """Executions by ``status``, ``task_name``, ``search``, ``from_``, ``to``, ``sort_by``, ``sort_order``, ``limit``, ``offset``."""
        return self._do(_list(filters))

    def children(self, execution_id: str) -> List[Execution]:
        """The executions that its runs have started, by id."""
        found: List[Execution] = []
        while True:
            page = self._do(_children(execution_id, found))
            found += page
            if len(page) < CHILDREN_OF_A_PAGE:
                return found

    def cancel(self, execution_id: str) -> None:
        """Cancels it. :raises Conflict: when it is completed or failed"""
        self._do(_cancel(execution_id))

    def deliver(self, execution_id: str, event: str, payload: Any = None, *, key: Optional[str] = None) -> str:
        """Delivers an event: ``delivered``, ``buffered`` or ``duplicate``. ``key`` removes duplicates."""
        return self._do(_event(execution_id, event, payload, key))

    def stats(self) -> Dict[str, int]:
        """Executions by status."""
        return self._do(_STATS)

    def close(self) -> None:
        """Closes the connection of this thread."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _do(self, call: _Call) -> Any:
        tries = 0
        while True:
            answer: Optional[Response] = None
            failure: Optional[Exception] = None
            try:
                answer = self._send(call)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                failure = error
            pause = _pause(tries, self._retries, answer)
            if pause is None:
                if answer is None:
                    raise HttpFailure("%s %s: %s" % (call.method, call.path, failure)) from failure
                return _read(call, answer)
            tries += 1
            time.sleep(pause)

    def _send(self, call: _Call) -> Response:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            if self._parts.scheme == "https":
                connection = http.client.HTTPSConnection(self._parts.hostname or "", self._parts.port, context=self._tls)
            else:
                connection = http.client.HTTPConnection(self._parts.hostname or "", self._parts.port)
            self._local.connection = connection
        connection.timeout = call.timeout
        if connection.sock is not None:
            connection.sock.settimeout(call.timeout)
        headers = {"Accept": "application/json", **self._headers, **call.headers}
        body = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            body = call.body.encode("utf-8", "surrogatepass")
        connection.request(call.method, self._prefix + call.path, body, headers)
        answer = connection.getresponse()
        return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


class AsyncClient:
    """The same for asyncio; see :class:`Client`. Confined to one event loop."""

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        api_prefix: Optional[str] = None,
        headers: Optional[Dict[str, str]] = None,
        retries: int = 8,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._http = Http(url or os.environ.get("ZART_URL", "http://localhost:8080"), headers, tls)
        self._prefix = _prefix(api_prefix)
        self._retries = retries

    async def start(
        self,
        task_name: str,
        payload: Any = None,
        *,
        execution_id: Optional[str] = None,
        on_conflict: Optional[str] = None,
        delay: Optional[float] = None,
        timeout: Optional[float] = None,
        tags: Optional[Mapping[str, str]] = None,
        wait: Optional[int] = None,
    ) -> Execution:
        """See :meth:`Client.start`."""
        options = {"onConflict": on_conflict, "delaySecs": delay, "timeoutSecs": timeout, "tags": tags}
        return await self._do(_start(task_name, payload, execution_id, wait, options))

    async def get(self, execution_id: str) -> Execution:
        """See :meth:`Client.get`."""
        return await self._do(_get(execution_id))

    async def wait(self, execution_id: str, timeout: Optional[float] = None) -> Execution:
        """See :meth:`Client.wait`."""
        deadline = _Deadline(timeout)
        while True:
            try:
                return await self._do(_wait(execution_id, deadline.left))
            except ApiError as error:
                if deadline.passed(error):
                    raise TimeoutError(error.detail) from error

    async def wait_many(self, ids: Sequence[str], mode: str = "all", timeout: Optional[float] = None) -> List[Execution]:
        """See :meth:`Client.wait_many`."""
        deadline = _Deadline(timeout)
        while True:
            try:
                return await self._do(_wait_many(ids, mode, deadline.left))
            except ApiError as error:
                if deadline.passed(error):
                    raise TimeoutError(error.detail) from error

    async def list(self, **filters: Any) -> List[Execution]:
        """See :meth:`Client.list`."""
        return await self._do(_list(filters))

    async def children(self, execution_id: str) -> List[Execution]:
        """See :meth:`Client.children`."""
        found: List[Execution] = []
        while True:
            page = await self._do(_children(execution_id, found))
            found += page
            if len(page) < CHILDREN_OF_A_PAGE:
                return found

    async def cancel(self, execution_id: str) -> None:
        """See :meth:`Client.cancel`."""
        await self._do(_cancel(execution_id))

    async def deliver(self, execution_id: str, event: str, payload: Any = None, *, key: Optional[str] = None) -> str:
        """See :meth:`Client.deliver`."""
        return await self._do(_event(execution_id, event, payload, key))

    async def stats(self) -> Dict[str, int]:
        """See :meth:`Client.stats`."""
        return await self._do(_STATS)

    def close(self) -> None:
        """Closes the idle connections."""
        self._http.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *error: Any) -> None:
        self.close()

    async def _do(self, call: _Call) -> Any:
        tries = 0
        while True:
            answer: Optional[Response] = None
            failure: Optional[HttpFailure] = None
            try:
                answer = await self._http.request(call.method, self._prefix + call.path, call.body, call.headers, call.timeout)
            except HttpFailure as error:
                failure = error
            pause = _pause(tries, self._retries, answer)
            if pause is None:
                if answer is None:
                    raise failure or HttpFailure("no answer")
                return _read(call, answer)
            tries += 1
            await asyncio.sleep(pause)
