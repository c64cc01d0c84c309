"""What a body can do: :class:`AsyncContext` for ``async def`` handlers, :class:`Context` for plain ones."""

from __future__ import annotations

import asyncio
import random
import time
import types
import uuid
from concurrent.futures import CancelledError as _FutureCancelled
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Awaitable, Callable, Coroutine, List, Optional, Sequence

from ._activation import Activation, Attempt, Place, StepOptions
from ._json import Json, encode
from ._threads import Threads
from .errors import ActivationOver, ChildFailed, StepFailed
from .retry import RetryPolicy


@dataclass(frozen=True)
class Branch:
    """A step of a parallel group; its arguments are those of ``ctx.step``."""

    name: str
    body: Callable[..., Any]
    retry: Optional[RetryPolicy] = None
    timeout: Optional[float] = None
    attempt_timeout: Optional[float] = None


@dataclass(frozen=True)
class BranchResult:
    """How a branch ended: its ``value``, or the ``error`` of its step."""

    value: Any = None
    error: Optional[StepFailed] = None

    @property
    def ok(self) -> bool:
        return self.error is None


def _takes_attempt(body: Callable[..., Any]) -> bool:
    if isinstance(body, types.FunctionType):
        return body.__code__.co_argcount > len(body.__defaults__ or ())
    if isinstance(body, types.MethodType):
        function = body.__func__
        return isinstance(function, types.FunctionType) and function.__code__.co_argcount > 1 + len(function.__defaults__ or ())
    return False


def _with(body: Callable[..., Any], attempt: Attempt) -> Any:
    return body(attempt) if _takes_attempt(body) else body()


async def _call_async(body: Callable[..., Any], attempt: Attempt) -> Any:
    result = _with(body, attempt)
    return await result if isinstance(result, Awaitable) else result


class _Info:
    """What both contexts know of their task."""

    def __init__(self, activation: Activation) -> None:
        self._activation = activation
        self._task = activation.task

    @property
    def execution_id(self) -> str:
        return self._task.execution_id

    @property
    def run_id(self) -> str:
        return self._task.run_id

    @property
    def run_index(self) -> int:
        return self._task.run_index

    @property
    def task_name(self) -> str:
        return self._task.task_name

    @property
    def payload(self) -> Json:
        """The payload, to the letter."""
        return self._task.payload

    @property
    def traceparent(self) -> Optional[str]:
        """The W3C trace context for spans of one's own; None while the service exports no traces."""
        return self._task.traceparent

    @property
    def cancelled(self) -> bool:
        """Whether the task is known to be lost or cancelled: a long step should stop."""
        return self._activation.over is not None

    @property
    def seconds_left(self) -> Optional[float]:
        """Seconds until the deadline of the run, None if it has none."""
        ends = [end for end in (self._task.deadline, self._activation.own_deadline) if end is not None]
        return min(ends) - time.monotonic() if ends else None


class AsyncContext(_Info):
    """The context of an ``async def`` body. A name that is used again in a run gets ``#2``, ``#3``, …."""

    async def step(
        self,
        name: str,
        body: Callable[..., Any],
        *,
        retry: Optional[RetryPolicy] = None,
        timeout: Optional[float] = None,
        attempt_timeout: Optional[float] = None,
        raw: bool = False,
    ) -> Any:
        """Runs ``body`` (a function or an ``async def``; it gets the :class:`Attempt` if it takes an argument) once and
        records its result, which must be JSON. A plain function runs on the event loop and must not block.

        :param retry: tried once without it
        :param timeout: seconds over all attempts; passing it is final
        :param attempt_timeout: seconds of one attempt, which has then failed
        :param raw: return the result as :class:`Json`, to the letter
        :raises StepFailed: when the step is dead
        """
        return await self._step(self._activation.place(name), Branch(name, body, retry, timeout, attempt_timeout), raw)

    async def _step(self, place: Place, branch: Branch, raw: bool) -> Any:
        options = StepOptions(branch.retry, branch.timeout, branch.attempt_timeout)
        result = await self._activation.step(place, options, lambda attempt: _call_async(branch.body, attempt))
        return result if raw else result.value

    async def parallel(self, *branches: Branch, raw: bool = False) -> List[BranchResult]:
        """Runs steps at the same time; the results in the order of the branches, once all have ended."""
        group = self._activation.group()
        places = [self._activation.place(branch.name, group) for branch in branches]

        async def run(place: Place, branch: Branch) -> BranchResult:
            try:
                return BranchResult(await self._step(place, branch, raw))
            except StepFailed as error:
                return BranchResult(error=error)

        return list(await asyncio.gather(*(run(*pair) for pair in zip(places, branches))))

    async def all(self, *branches: Branch, raw: bool = False) -> List[Any]:
        """As ``parallel``, but the values; raises the first error in the order of the branches, once all have ended."""
        return _values(await self.parallel(*branches, raw=raw))

    async def sleep(self, name: str, seconds: float) -> None:
        """A durable sleep: the worker may end meanwhile."""
        await self._activation.sleep(self._activation.place(name), seconds)

    async def sleep_until(self, name: str, when: datetime) -> None:
        """A durable sleep until a time (naive ones are local)."""
        await self.sleep(name, max(0.0, when.timestamp() - time.time()))

    async def wait_for_event(self, name: str, timeout: Optional[float] = None, *, raw: bool = False) -> Any:
        """Waits for an event and returns its payload.

        :param timeout: seconds, None for no time-out
        :raises EventTimeout: when it passes
        """
        result = await self._activation.event(self._activation.place(name), timeout)
        return result if raw else result.value

    async def capture(self, name: str, value: Callable[[], Any], *, raw: bool = False) -> Any:
        """A value that is taken once and is the same in every later pass of the body."""

        async def call() -> Any:
            result = value()
            return await result if isinstance(result, Awaitable) else result

        result = await self._activation.capture(self._activation.place(name), call)
        return result if raw else result.value

    async def now(self) -> datetime:
        """The time, captured, in UTC."""
        return datetime.fromtimestamp(await self.capture("now", time.time), timezone.utc)

    async def random(self) -> float:
        """A random number, captured."""
        return float(await self.capture("random", random.random))

    async def uuid(self) -> str:
        """A random UUID, captured."""
        return str(await self.capture("uuid", lambda: str(uuid.uuid4())))

    async def start_child(
        self,
        name: str,
        task_name: str,
        payload: Any = None,
        *,
        execution_id: Optional[str] = None,
        on_parent_cancel: Optional[str] = None,
        delay: Optional[float] = None,
        timeout: Optional[float] = None,
    ) -> str:
        """Starts another execution, once, and returns its id. ``on_parent_cancel``: ``cancel`` (default) or ``abandon``."""
        members = ',"taskName":%s,"payload":%s' % (encode(task_name), encode(payload))
        for member, value in (
            ("childId", execution_id),
            ("onParentCancel", on_parent_cancel),
            ("delaySecs", delay),
            ("timeoutSecs", timeout),
        ):
            if value is not None:
                members += ',"%s":%s' % (member, encode(value))
        return await self._activation.start_child(self._activation.place(name), members)

    async def wait_children(
        self, name: str, children: Sequence[str], *, mode: str = "all", timeout: Optional[float] = None, raw: bool = False
    ) -> Any:
        """Waits until all (or ``any``) of these executions have ended: ``[{"executionId","status","result","error"}]``."""
        result = await self._activation.children(self._activation.place(name), list(children), mode, timeout)
        return result if raw else result.value

    async def child(self, name: str, task_name: str, payload: Any = None, **options: Any) -> Any:
        """Starts a child and waits for its result.

        :raises ChildFailed: when it failed or was cancelled
        """
        child = await self.start_child(name, task_name, payload, **options)
        (ended,) = await self.wait_children(name + ".result", [child])
        if ended["status"] != "completed":
            raise ChildFailed(child, ended["status"], ended.get("error"))
        return ended["result"]


def _values(results: List[BranchResult]) -> List[Any]:
    for result in results:
        if result.error is not None:
            raise result.error
    return [result.value for result in results]


class Context(_Info):
    """The context of a plain body, which runs on a thread of its own: the same methods as :class:`AsyncContext`, blocking.
    To be used from the thread of the body. Steps run on other threads, so that their time-outs can be noticed."""

    def __init__(self, activation: Activation, loop: asyncio.AbstractEventLoop, threads: Threads) -> None:
        super().__init__(activation)
        self._inner = AsyncContext(activation)
        self._loop = loop
        self._threads = threads

    def _await(self, operation: Coroutine[Any, Any, Any]) -> Any:
        async def owned() -> Any:
            current = asyncio.current_task()
            assert current is not None
            self._activation.own(current)
            return await operation

        try:
            return asyncio.run_coroutine_threadsafe(owned(), self._loop).result()
        except (asyncio.CancelledError, _FutureCancelled):
            raise ActivationOver(self._activation.over or "cancelled") from None
        finally:
            operation.close()

    def _threaded(self, body: Callable[..., Any]) -> Callable[[Attempt], Awaitable[Any]]:
        async def call(attempt: Attempt) -> Any:
            return await asyncio.wrap_future(self._threads.submit(lambda: _with(body, attempt)))

        return call

    def _branch(self, branch: Branch) -> Branch:
        return Branch(branch.name, self._threaded(branch.body), branch.retry, branch.timeout, branch.attempt_timeout)

    def step(
        self,
        name: str,
        body: Callable[..., Any],
        *,
        retry: Optional[RetryPolicy] = None,
        timeout: Optional[float] = None,
        attempt_timeout: Optional[float] = None,
        raw: bool = False,
    ) -> Any:
        """See :meth:`AsyncContext.step`; ``body`` is a plain function and may block. One that runs into a time-out cannot be
        stopped: it goes on in its thread, and may look at ``attempt.cancelled``."""
        branch = self._branch(Branch(name, body, retry, timeout, attempt_timeout))
        return self._await(
            self._inner.step(name, branch.body, retry=retry, timeout=timeout, attempt_timeout=attempt_timeout, raw=raw)
        )

    def parallel(self, *branches: Branch, raw: bool = False) -> List[BranchResult]:
        """See :meth:`AsyncContext.parallel`."""
        result: List[BranchResult] = self._await(self._inner.parallel(*map(self._branch, branches), raw=raw))
        return result

    def all(self, *branches: Branch, raw: bool = False) -> List[Any]:
        """See :meth:`AsyncContext.all`."""
        return _values(self.parallel(*branches, raw=raw))

    def sleep(self, name: str, seconds: float) -> None:
        """See :meth:`AsyncContext.sleep`."""
        self._await(self._inner.sleep(name, seconds))

    def sleep_until(self, name: str, when: datetime) -> None:
        """See :meth:`AsyncContext.sleep_until`."""
        self._await(self._inner.sleep_until(name, when))

    def wait_for_event(self, name: str, timeout: Optional[float] = None, *, raw: bool = False) -> Any:
        """See :meth:`AsyncContext.wait_for_event`."""
        return self._await(self._inner.wait_for_event(name, timeout, raw=raw))

    def capture(self, name: str, value: Callable[[], Any], *, raw: bool = False) -> Any:
        """See :meth:`AsyncContext.capture`."""

        async def call() -> Any:
            return await asyncio.wrap_future(self._threads.submit(value))

        return self._await(self._inner.capture(name, call, raw=raw))

    def now(self) -> datetime:
        """See :meth:`AsyncContext.now`."""
        result: datetime = self._await(self._inner.now())
        return result

    def random(self) -> float:
        """See :meth:`AsyncContext.random`."""
        return float(self._await(self._inner.random()))

    def uuid(self) -> str:
        """See :meth:`AsyncContext.uuid`."""
        return str(self._await(self._inner.uuid()))

    def start_child(self, name: str, task_name: str, payload: Any = None, **options: Any) -> str:
        """See :meth:`AsyncContext.start_child`."""
        return str(self._await(self._inner.start_child(name, task_name, payload, **options)))

    def wait_children(self, name: str, children: Sequence[str], **options: Any) -> Any:
        """See :meth:`AsyncContext.wait_children`."""
        return self._await(self._inner.wait_children(name, children, **options))

    def child(self, name: str, task_name: str, payload: Any = None, **options: Any) -> Any:
        """See :meth:`AsyncContext.child`."""
        return self._await(self._inner.child(name, task_name, payload, **options))
