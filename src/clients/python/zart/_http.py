"""A small HTTP/1.1 client for asyncio, with connections that are used again."""

from __future__ import annotations

import asyncio
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import urlsplit

from .errors import ZartError


class HttpFailure(ZartError):
    """No (whole) answer: it is not known whether the request took effect."""


class Response:
    """Status, headers with lower-case names, and the body."""

    __slots__ = ("status", "headers", "body")

    def __init__(self, status: int, headers: Dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "surrogatepass")

    @property
    def retry_after(self) -> Optional[float]:
        return retry_after(self.headers.get("retry-after"))


def retry_after(value: Optional[str]) -> Optional[float]:
    """Seconds of a ``Retry-After`` header, a number or a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


_Connection = Tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Http:
    """Requests to one base URL. Confined to one event loop. A cancelled request closes its connection."""

    def __init__(self, base_url: str, headers: Optional[Dict[str, str]] = None, tls: Optional[ssl.SSLContext] = None) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not an http(s) URL: %r" % base_url)
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._path = parts.path.rstrip("/")
        lines = ["Host: " + parts.netloc.rpartition("@")[2], "Accept: application/json"]
        lines += ["%s: %s" % header for header in (headers or {}).items()]
        self._head = "\r\n".join(lines)
        self._idle: List[_Connection] = []

    async def request(
        self,
        method: str,
        path: str,
        body: Optional[str] = None,
        headers: Optional[Dict[str, str]] = None,
        timeout: float = 60.0,
    ) -> Response:
        """Sends it and reads the whole answer; raises :class:`HttpFailure` when there is none."""
        data = None if body is None else body.encode("utf-8", "surrogatepass")
        head = ["%s %s%s HTTP/1.1" % (method, self._path, path), self._head]
        head += ["%s: %s" % header for header in (headers or {}).items()]
        if data is not None:
            head.append("Content-Type: application/json")
        if data is not None or method == "POST":
            head.append("Content-Length: %d" % len(data or b""))
        message = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + (data or b"")
        try:
            return await asyncio.wait_for(self._exchange(method, message), timeout)
        except (OSError, EOFError, asyncio.TimeoutError, ValueError, asyncio.LimitOverrunError) as error:
            raise HttpFailure("%s %s: %s" % (method, path, error or type(error).__name__)) from error

    async def _exchange(self, method: str, message: bytes) -> Response:
        reused = bool(self._idle)
        connection = self._idle.pop() if reused else await self._connect()
        try:
            return await self._talk(connection, method, message)
        except (OSError, EOFError):
            # The server may have closed an idle connection at the moment we used it; nothing of an answer came.
            if not reused:
                raise
        self.close()
        return await self._talk(await self._connect(), method, message)

    async def _connect(self) -> _Connection:
        return await asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=1 << 20)

    async def _talk(self, connection: _Connection, method: str, message: bytes) -> Response:
        reader, writer = connection
        keep = False
        try:
            writer.write(message)
            await writer.drain()
            status, headers = await self._read_head(reader)
            body = b"" if method == "HEAD" or status in (204, 304) else await self._read_body(reader, headers)
            length_known = "content-length" in headers or "transfer-encoding" in headers or status in (204, 304)
            keep = length_known and headers.get("connection", "").lower() != "close"
            return Response(status, headers, body)
        finally:
            if keep:
                self._idle.append(connection)
            else:
                writer.close()

    @staticmethod
    async def _read_head(reader: asyncio.StreamReader) -> Tuple[int, Dict[str, str]]:
        while True:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ", 2)[1])
            if status >= 200:
                break
        headers: Dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        return status, headers

    @staticmethod
    async def _read_body(reader: asyncio.StreamReader, headers: Dict[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            chunks = []
            while True:
                size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
                if size == 0:
                    while await reader.readuntil(b"\r\n") != b"\r\n":
                        pass
                    return b"".join(chunks)
                chunks.append(await reader.readexactly(size))
                await reader.readexactly(2)
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        return await reader.read()

    def close(self) -> None:
        """Closes the idle connections; the next request opens another."""
        while self._idle:
            self._idle.pop()[1].close()

    async def __aenter__(self) -> "Http":
        return self

    async def __aexit__(self, *error: Any) -> None:
        self.close()
