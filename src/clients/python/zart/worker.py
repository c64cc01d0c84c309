"""The worker: claims tasks, runs their bodies, keeps their leases."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import socket
import ssl
import threading
import uuid
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Optional, Set

from ._activation import Activation
from ._http import Http, HttpFailure
from ._json import encode, items, members
from ._outbox import Outbox, backoff
from ._task import Task
from ._threads import Threads
from .context import AsyncContext, Context
from .errors import ActivationOver

log = logging.getLogger("zart.worker")

CLAIM_MOST = 100
CLAIM_WAIT = 30


def default_url() -> str:
    """``ZART_URL``, or a service on this machine."""
    return os.environ.get("ZART_URL", "http://localhost:8080")


def default_prefix() -> str:
    """Prefix of the API, ``ZART_API_PREFIX`` as for the service itself."""
    return os.environ.get("ZART_API_PREFIX", "/api/v1")


@dataclass(frozen=True)
class _Handler:
    body: Callable[..., Any]
    deadline: Optional[float]
    raw: bool
    on_failure: Optional[Callable[..., Any]]

    def run(self, activation: Activation, loop: asyncio.AbstractEventLoop, threads: Threads) -> Awaitable[Any]:
        payload = activation.task.payload
        argument = payload if self.raw else payload.value
        if inspect.iscoroutinefunction(self.body):
            return self.body(AsyncContext(activation), argument)
        context = Context(activation, loop, threads)
        return asyncio.wrap_future(threads.submit(lambda: self.body(context, argument)))

    async def failed(self, activation: Activation, error: Exception, threads: Threads) -> Any:
        assert self.on_failure is not None
        payload = activation.task.payload
        argument = payload if self.raw else payload.value
        if inspect.iscoroutinefunction(self.on_failure):
            return await self.on_failure(argument, error)
        hook = self.on_failure
        return await asyncio.wrap_future(threads.submit(lambda: hook(argument, error)))


class Worker:
    """Runs the handlers of task names for a service.

    ::

        worker = Worker("http://localhost:8080")

        @worker.task("greet")
        def greet(ctx, payload):
            return ctx.step("hello", lambda: "Hello, " + payload["name"])

        worker.run()

    :param url: base URL of the service; default ``ZART_URL``
    :param max_tasks: tasks at the same time
    :param lease: seconds without a sign of life after which others may take a task; default: as the service has it
    :param grace: seconds that bodies get to finish when the worker stops; what is left is released
    :param api_prefix: default ``ZART_API_PREFIX``, else ``/api/v1``
    :param headers: sent with every request, for example ``{"Authorization": "Bearer …"}``
    :param lanes: requests with commands on their way at the same time
    """

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        worker_id: Optional[str] = None,
        max_tasks: int = 100,
        lease: Optional[float] = None,
        grace: float = 10.0,
        api_prefix: Optional[str] = None,
        headers: Optional[Dict[str, str]] = None,
        tls: Optional[ssl.SSLContext] = None,
        lanes: int = 2,
    ) -> None:
        self.url = url or default_url()
        self.worker_id = worker_id or "%s-%d-%s" % (socket.gethostname()[:100], os.getpid(), uuid.uuid4().hex[:8])
        self._max_tasks = max_tasks
        self._lease = lease
        self._grace = grace
        self._prefix = (api_prefix or default_prefix()).rstrip("/")
        self._headers = headers
        self._tls = tls
        self._lanes = lanes
        self._handlers: Dict[str, _Handler] = {}
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._stop_asked = threading.Event()

    def task(
        self,
        name: str,
        *,
        deadline: Optional[float] = None,
        raw: bool = False,
        on_failure: Optional[Callable[..., Any]] = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a handler ``(ctx, payload)``: ``async def`` gets an :class:`AsyncContext`, a plain one a :class:`Context`
        and a thread of its own.

        :param deadline: seconds after which a run of this task fails
        :param raw: give the payload as :class:`Json`, to the letter
        :param on_failure: ``(payload, error)`` may turn the failure of the body into a result, or raise
        """

        def register(body: Callable[..., Any]) -> Callable[..., Any]:
            if name in self._handlers:
                raise ValueError("the task %r has a handler already" % name)
            self._handlers[name] = _Handler(body, deadline, raw, on_failure)
            return body

        return register

    def run(self) -> None:
        """Serves until SIGTERM, SIGINT or :meth:`stop`."""
        asyncio.run(self.serve(handle_signals=threading.current_thread() is threading.main_thread()))

    def stop(self) -> None:
        """Asks the worker to stop; from any thread. A second time: without waiting for bodies."""
        second = self._stop_asked.is_set()
        self._stop_asked.set()
        if self._loop is not None:
            session = self._session
            self._loop.call_soon_threadsafe(session.stop, second)

    async def serve(self, *, handle_signals: bool = False) -> None:
        """Serves in this event loop until it is stopped; cancelling it stops at once and leaves its leases to end."""
        if not self._handlers:
            raise ValueError("the worker has no handlers")
        self._session = _Session(self)
        self._loop = asyncio.get_running_loop()
        if handle_signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, self.stop)
        if self._stop_asked.is_set():
            return
        log.info("worker %s serves %s at %s", self.worker_id, ", ".join(self._handlers), self.url)
        try:
            await self._session.serve()
        finally:
            self._loop = None


class _Session:
    """One run of a worker, confined to its event loop."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._handlers = worker._handlers
        self._http = Http(worker.url, worker._headers, worker._tls)
        envelope = '{"workerId":%s,"taskNames":%s' % (encode(worker.worker_id), encode(list(worker._handlers)))
        if worker._lease is not None:
            envelope += ',"leaseSecs":' + encode(worker._lease)
        self._envelope = envelope
        path = worker._prefix + "/worker/"
        self._claim_path = path + "claim"
        self._outbox = Outbox(self._http, path + "commands", envelope, worker._lanes, self._along, self._taken)
        self._threads = Threads()
        self._active: Set[Activation] = set()
        self._bodies: "Set[asyncio.Task[None]]" = set()
        self._reserved = 0
        self._asked = 0
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self, hurry: bool) -> None:
        self._stopping.set()
        if hurry:
            self._hurry.set()

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        claiming = loop.create_task(self._claim_loop())
        heart = loop.create_task(self._heartbeats())
        stopping = loop.create_task(self._stopping.wait())
        try:
            await asyncio.wait({claiming, heart, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for part in (claiming, heart):
                if part.done():
                    part.result()
            # Closing the connection of the claim gives the place up; tasks that were on their way go back.
            claiming.cancel()
            await self._drain()
        finally:
            for part in (claiming, heart, stopping):
                part.cancel()
            await asyncio.gather(claiming, heart, stopping, return_exceptions=True)
            for activation in list(self._active):
                activation.lost("stopped")
            self._outbox.close()
            self._http.close()

    async def _drain(self) -> None:
        log.info("stopping: %d tasks in work", len(self._active))
        hurry = asyncio.ensure_future(self._hurry.wait())
        idle = asyncio.ensure_future(self._until_idle())
        await asyncio.wait({hurry, idle}, timeout=self._worker._grace, return_when=asyncio.FIRST_COMPLETED)
        left = [activation.release() for activation in self._active]
        if left:
            log.info("%d tasks are handed back", len(left))
            await asyncio.wait([asyncio.ensure_future(release) for release in left], timeout=5.0)
            await asyncio.wait({idle}, timeout=1.0)
        hurry.cancel()
        idle.cancel()

    async def _until_idle(self) -> None:
        while self._active or self._asked:
            self._room.clear()
            await self._room.wait()

    # Claims

    def _places(self) -> int:
        return max(0, self._worker._max_tasks - len(self._active) - self._reserved - self._asked)

    async def _claim_loop(self) -> None:
        tries = 0
        while True:
            self._room.clear()
            places = min(CLAIM_MOST, self._places())
            if places == 0:
                await self._room.wait()
                continue
            self._reserved = places
            tasks: List[str] = []
            delay = 0.0
            try:
                body = '%s,"maxTasks":%d,"waitSecs":%d}' % (self._envelope, places, CLAIM_WAIT)
                answer = await self._http.request("POST", self._claim_path, body, timeout=CLAIM_WAIT + 30)
                if answer.status == 200:
                    tries = 0
                    tasks = list(items(dict(members(answer.text))["tasks"]))
                else:
                    if answer.status not in (429, 503):
                        log.error("claim refused: %d %s", answer.status, answer.text[:500])
                    delay = answer.retry_after if answer.retry_after is not None else backoff(tries)
                    delay = max(delay, backoff(tries)) if tries else delay
                    tries += 1
            except HttpFailure as failure:
                log.warning("claim got no answer: %s", failure)
                delay = backoff(tries)
                tries += 1
            finally:
                self._reserved = 0
            for task in tasks:
                self._begin(task)
            if delay:
                await asyncio.sleep(delay)

    def _along(self, freed: int) -> int:
        """How many tasks to ask for along with commands: none while a claim waits, for then nothing is due."""
        if self._reserved or self._stopping.is_set():
            return 0
        asked = min(CLAIM_MOST, self._places() + freed)
        self._asked += asked
        return asked

    def _taken(self, tasks: List[str], asked: int) -> None:
        self._asked -= asked
        for task in tasks:
            self._begin(task)
        self._room.set()

    def _begin(self, text: str) -> None:
        task = Task(text)
        handler = self._handlers.get(task.task_name)
        activation = Activation(task, self._outbox, handler.deadline if handler else None, self._ended)
        self._active.add(activation)
        if handler is None or (self._stopping.is_set()):
            self._spawn(activation.release())
        else:
            self._spawn(self._run(handler, activation), activation)

    async def _run(self, handler: _Handler, activation: Activation) -> None:
        loop = asyncio.get_running_loop()

        async def body() -> Any:
            return await handler.run(activation, loop, self._threads)

        async def hook(error: Exception) -> Any:
            return await handler.failed(activation, error, self._threads)

        await activation.run(body, hook if handler.on_failure else None)

    def _spawn(self, body: Any, activation: Optional[Activation] = None) -> None:
        running = asyncio.get_running_loop().create_task(body)
        self._bodies.add(running)
        if activation is not None:
            activation.own(running)
        running.add_done_callback(self._body_done)

    def _body_done(self, running: "asyncio.Task[None]") -> None:
        self._bodies.discard(running)
        error = None if running.cancelled() else running.exception()
        if error is not None and not isinstance(error, ActivationOver):
            log.error("a body ended with an error of the worker", exc_info=error)

    def _ended(self, activation: Activation) -> None:
        self._active.discard(activation)
        self._room.set()

    # Leases

    async def _heartbeats(self) -> None:
        loop = asyncio.get_running_loop()
        extra = "" if self._worker._lease is None else '"leaseSecs":' + encode(self._worker._lease)
        while True:
            lease = min([activation.task.lease_seconds for activation in self._active], default=3.0)
            await asyncio.sleep(min(1.0, max(0.02, lease / 6)))
            now = loop.time()
            for activation in list(self._active):
                if activation.over is None and now - activation.renewed >= activation.task.lease_seconds / 6:
                    activation.renewed = now
                    answer = self._outbox.send(activation.command("extend", extra))
                    answer.add_done_callback(lambda verdict, of=activation: self._renewed(of, verdict))

    @staticmethod
    def _renewed(activation: Activation, answer: "asyncio.Future[Any]") -> None:
        if answer.cancelled():
            return
        verdict = answer.result()
        if verdict.kind in ("lease-lost", "cancelled"):
            activation.lost(verdict.kind)
        elif verdict.kind == "ok":
            activation.task.lease_seconds = (verdict.get("expiresInMs") or 0) / 1000 or activation.task.lease_seconds
            activation.paused_now(verdict)
