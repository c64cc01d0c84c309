"""One pass of a body: recorded steps return at once, the missing ones run and are recorded."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional, Set

from ._glob import matches
from ._json import NULL, Json, encode, items
from ._outbox import Outbox, Verdict
from ._task import RecordedStep, Task
from .errors import ActivationOver, DeadlineExceeded, StepFailed, StepTimeout
from .retry import RetryPolicy

log = logging.getLogger("zart.worker")

SHORT = 0.1
"""Seconds up to which the worker waits itself instead of giving the task back."""

SETTLING_TURNS = 8
"""Turns of the event loop that a body gets to begin something else before its task is parked."""

LONGEST_MESSAGE = 60_000


class Attempt:
    """What a step knows of the try that it is: ``number`` of tries of this step before this one in the run,
    ``number_in_execution`` the same over all runs, ``key`` an idempotency key that is the same in every try."""

    def __init__(self, activation: "Activation", place: "Place", number: int) -> None:
        self.number = number
        self.number_in_execution = number + activation.task.earlier_attempts.get(place.name, 0)
        self.key = activation.task.run_id + ":" + place.name
        self._activation = activation
        self._timed_out = False

    @property
    def cancelled(self) -> bool:
        """Whether the result is not wanted any more: the execution was cancelled, the lease lost, the time is over."""
        return self._timed_out or self._activation.over is not None


class Place:
    """A step that the body has reached: its name, unique in the run, and its place."""

    __slots__ = ("name", "known", "json")

    def __init__(self, name: str, position: int, group: Optional[int], known: Optional[RecordedStep]) -> None:
        self.name = name
        self.known = known
        self.json = '"name":%s,"position":%d%s' % (encode(name), position, "" if group is None else ',"group":%d' % group)


class Wait:
    """Something that the body waits for and nobody here works on."""

    __slots__ = ("kind", "name", "json", "due", "length", "future", "timer")

    def __init__(self, kind: str, name: str, json: str, due: Optional[float], length: str) -> None:
        self.kind = kind
        self.name = name
        self.json = json
        self.due = due
        self.length = length
        self.future: "asyncio.Future[Optional[RecordedStep]]" = asyncio.get_running_loop().create_future()
        self.timer: Optional[asyncio.TimerHandle] = None

    @staticmethod
    def retry(place: Place, due: float) -> "Wait":
        return Wait("retry", place.name, '"name":' + encode(place.name), due, "afterMs")

    def member(self, now: float) -> str:
        """This wait as a member of a park."""
        text = '{"kind":"%s",%s' % (self.kind, self.json)
        if self.due is not None:
            left = max(0.0, self.due - now)
            text += ',"%s":%s' % (self.length, encode(round(left * 1000, 3) if self.length.endswith("Ms") else round(left, 6)))
        return text + "}"


class StepOptions:
    """How a step is tried; time-outs in seconds."""

    __slots__ = ("retry", "timeout", "attempt_timeout")

    def __init__(self, retry: Optional[RetryPolicy], timeout: Optional[float], attempt_timeout: Optional[float]) -> None:
        self.retry = retry or RetryPolicy.none()
        self.timeout = timeout
        self.attempt_timeout = attempt_timeout


class Activation:
    """Confined to the event loop of its worker."""

    def __init__(self, task: Task, outbox: Outbox, deadline: Optional[float], on_end: Callable[["Activation"], None]) -> None:
        """``deadline``: seconds that a run of this task name may take, or None."""
        self.task = task
        self.over: Optional[str] = None
        self.renewed = task.claimed
        self.own_deadline = None if deadline is None else task.claimed + deadline - task.spent
        self._outbox = outbox
        self._on_end = on_end
        self._used: Dict[str, int] = {}
        self._position = 0
        self._groups = 0
        self._working = 0
        self._changes = 0
        self._settling = False
        self._parking = False
        self._waits: Set[Wait] = set()
        self._bodies: Set["asyncio.Future[Any]"] = set()
        self._deadline_timer: Optional[asyncio.TimerHandle] = None
        self._detached: Optional["asyncio.Task[None]"] = None

    # The body

    async def run(self, body: Callable[[], Awaitable[Any]], on_failure: Optional[Callable[[Exception], Awaitable[Any]]]) -> None:
        """Runs the body to its end, or to where it only waits."""
        if self.own_deadline is not None:
            left = self.own_deadline - time.monotonic()
            if left <= 0:
                await self._deadline_passed()
                return
            loop = asyncio.get_running_loop()
            self._deadline_timer = loop.call_later(left, self._begin_deadline)
        try:
            try:
                result = await body()
            except Exception as error:
                if on_failure is None or self.over:
                    raise
                result = await on_failure(error)
            text = encode(result)
        except (ActivationOver, asyncio.CancelledError) as error:
            if not self.over:
                await self._finish("fail", self._error(error, None))
        except BaseException as error:  # noqa: B902 - whatever a body raises fails its run
            if not self.over:
                await self._finish("fail", self._error(error, getattr(error, "step", None)))
        else:
            if not self.over:
                await self._finish("complete", '"result":' + text)

    def _begin_deadline(self) -> None:
        self._detached = asyncio.get_running_loop().create_task(self._deadline_passed())

    async def _deadline_passed(self) -> None:
        if not self.over:
            self._leave("deadline")
            await self._send_end("fail", self._error(DeadlineExceeded("run deadline exceeded"), None))

    async def _finish(self, kind: str, members: str) -> None:
        self._leave("ended")
        await self._send_end(kind, members)

    async def _send_end(self, kind: str, members: str) -> None:
        verdict = await self._outbox.send(self.command(kind, members), frees=True)
        if verdict.kind == "invalid":
            log.error("%s of %s was refused: %s", kind, self.task.execution_id, verdict.get("reason"))
            if kind == "complete":
                message = "the result was refused: %s" % verdict.get("reason")
                await self._outbox.send(self.command("fail", self._error(ValueError(message), None)), frees=True)
        self._on_end(self)

    @staticmethod
    def _error(error: BaseException, step: Optional[str]) -> str:
        kind = error.error_type if isinstance(error, StepFailed) else type(error).__name__
        message = (str(error) or type(error).__name__)[:LONGEST_MESSAGE]
        kept: Dict[str, Any] = {"message": message, "type": kind[:255]}
        if step is not None:
            kept["step"] = step
        return '"error":' + encode(kept)

    def lost(self, reason: str) -> None:
        """The lease is gone or given back: the body ends, nothing more is written."""
        if not self.over:
            self._leave(reason)
            self._on_end(self)

    def _leave(self, reason: str) -> None:
        self.over = reason
        if self._deadline_timer is not None:
            self._deadline_timer.cancel()
        current = asyncio.current_task()
        for body in list(self._bodies):
            if body is not current:
                body.cancel()

    def own(self, future: "asyncio.Future[Any]") -> None:
        """A future that is cancelled when the activation is over."""
        self._bodies.add(future)
        future.add_done_callback(self._bodies.discard)
        if self.over:
            future.cancel()

    async def release(self) -> None:
        """Hands the task back, not finished."""
        if not self.over:
            self._leave("released")
            await self._outbox.send(self.command("release", None), frees=True)
            self._on_end(self)

    # Commands

    def command(self, kind: str, members: Optional[str]) -> str:
        """Text of a command of this task."""
        rest = "" if not members else "," + members
        return '{"type":"%s","executionId":%s,"token":%s%s}' % (kind, self.task.execution_id_json, self.task.token_json, rest)

    async def _write(self, kind: str, members: str) -> Verdict:
        """Sends a command and returns once it has taken effect."""
        self._goes_on()
        verdict = await self._outbox.send(self.command(kind, members))
        self._goes_on()
        if verdict.took_effect:
            self.paused_now(verdict)
            return verdict
        if verdict.kind == "invalid":
            error = ValueError("%s was refused: %s" % (kind, verdict.get("reason")))
            self._leave("ended")
            self._detached = asyncio.get_running_loop().create_task(self._send_end("fail", self._error(error, None)))
        self.lost(verdict.kind)
        raise ActivationOver(verdict.kind)

    def _goes_on(self) -> None:
        if self.over:
            raise ActivationOver(self.over)

    # Places

    def place(self, name: str, group: Optional[int] = None) -> Place:
        """The next step that the body reaches; a name used again gets ``#2``, ``#3``, …."""
        count = self._used[name] = self._used.get(name, 0) + 1
        if count > 1:
            name = "%s#%d" % (name, count)
        self._position += 1
        return Place(name, self._position - 1, group, self.task.steps.get(name))

    def group(self) -> int:
        """The number of the next parallel group."""
        self._groups += 1
        return self._groups - 1

    # Steps

    async def step(self, place: Place, options: StepOptions, call: Callable[[Attempt], Awaitable[Any]]) -> Json:
        """The recorded outcome of a step, which runs if it has none."""
        known = place.known
        if known is not None and not known.open:
            return known.outcome()
        attempt = known.attempts if known else 0
        failures = known.failures if known else 0
        begun = known.begun if known else time.monotonic()
        if known and known.due is not None and known.due > time.monotonic():
            await self._wait(Wait.retry(place, known.due))
        while True:
            await self._hold(place)
            attempt += 1
            self._work(1)
            try:
                step, delay = await self._attempt(place, options, call, attempt, failures, begun)
                if step is not None:
                    return step.outcome()
                failures += 1
                if delay <= SHORT:
                    await asyncio.sleep(delay)
                    continue
            finally:
                self._work(-1)
            await self._wait(Wait.retry(place, time.monotonic() + delay))

    async def _attempt(
        self,
        place: Place,
        options: StepOptions,
        call: Callable[[Attempt], Awaitable[Any]],
        number: int,
        failures: int,
        begun: float,
    ) -> Any:
        """Makes an attempt and records it: the settled step, or None and the seconds before the next attempt."""
        started = time.perf_counter()
        common = '%s,"attempt":%d,"failures":%%d,"elapsedMs":%%.3f,' % (place.json.replace("%", "%%"), number)
        try:
            text = encode(await self._call(place, options, call, number, begun))
        except (ActivationOver, asyncio.CancelledError):
            raise
        except BaseException as error:  # noqa: B902 - whatever a step raises fails the attempt
            failures += 1
            members = common % (failures, (time.perf_counter() - started) * 1000) + self._error(error, None)
            late = options.timeout is not None and time.monotonic() - begun >= options.timeout
            if late or getattr(error, "over_all", False) or not options.retry.allows(failures, error):
                verdict = await self._write("step-failed", members + ',"retry":"never"')
                recorded = self._recorded(verdict)
                if recorded is None:
                    kind = error.error_type if isinstance(error, StepFailed) else type(error).__name__
                    raise StepFailed(place.name, str(error) or type(error).__name__, kind) from error
                return recorded, 0.0
            delay = options.retry.delay_after(failures)
            retry = '"now"' if delay <= 0 else '{"afterMs":%s}' % encode(round(delay * 1000, 3))
            verdict = await self._write("step-failed", members + ',"retry":' + retry)
            return self._recorded(verdict), delay
        members = common % (failures, (time.perf_counter() - started) * 1000) + '"result":' + text
        recorded = self._recorded(await self._write("step-completed", members))
        return recorded or _Completed(Json(text)), 0.0

    def _recorded(self, verdict: Verdict) -> Optional[RecordedStep]:
        """The step that was recorded before, if one was."""
        step = verdict.raw("step") if verdict.kind == "already-recorded" else None
        recorded = None if step is None else RecordedStep(step, time.monotonic())
        return None if recorded is None or recorded.open else recorded

    async def _call(
        self, place: Place, options: StepOptions, call: Callable[[Attempt], Awaitable[Any]], number: int, begun: float
    ) -> Any:
        attempt = Attempt(self, place, number - 1)
        third = self.task.lease_seconds / 3
        telling = asyncio.get_running_loop().call_later(third, self._tell_started, place, number)
        try:
            limits = []
            if options.attempt_timeout is not None:
                limits.append((options.attempt_timeout, False, options.attempt_timeout))
            if options.timeout is not None:
                limits.append((max(0.001, begun + options.timeout - time.monotonic()), True, options.timeout))
            if not limits:
                return await call(attempt)
            seconds, over_all, told = min(limits)
            task = asyncio.ensure_future(call(attempt))
            try:
                await asyncio.wait({task}, timeout=seconds)
                if task.done() and not task.cancelled():
                    return task.result()
                attempt._timed_out = True
                timeout = StepTimeout("step '%s' timed out after %d ms" % (place.name, round(told * 1000)))
                timeout.over_all = over_all
                raise timeout
            finally:
                task.cancel()
        finally:
            telling.cancel()

    def _tell_started(self, place: Place, number: int) -> None:
        if not self.over:
            self._outbox.send(self.command("step-started", '%s,"attempt":%d' % (place.json, number)))

    async def capture(self, place: Place, call: Callable[[], Awaitable[Any]]) -> Json:
        """A value that is taken once."""
        if place.known is not None and not place.known.open:
            return place.known.outcome()
        await self._hold(place)
        self._work(1)
        try:
            text = encode(await call())
            recorded = self._recorded(await self._write("capture", '%s,"value":%s' % (place.json, text)))
            return recorded.outcome() if recorded else Json(text)
        finally:
            self._work(-1)

    async def start_child(self, place: Place, members: str) -> str:
        """Starts a child, once, and returns its execution id."""
        if place.known is not None and not place.known.open:
            return str(place.known.outcome().value)
        await self._hold(place)
        self._work(1)
        try:
            if place.known is not None:
                members += ',"attempt":%d' % (place.known.attempts + 1)
            verdict = await self._write("start-child", place.json + members)
            step = verdict.raw("step")
            return str(RecordedStep(step, time.monotonic()).outcome().value if step else verdict.get("childId"))
        finally:
            self._work(-1)

    # Waits

    async def sleep(self, place: Place, seconds: float) -> Json:
        """A durable sleep."""
        known = place.known
        if known is not None and not known.open:
            return known.outcome()
        await self._hold(place)
        now = time.monotonic()
        due = known.due if known and known.due is not None else now + seconds
        if due - now > SHORT:
            settled = await self._wait(Wait("sleep", place.name, place.json, due, "durationMs"))
            if settled is not None:
                return settled.outcome()
        self._work(1)
        try:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            took = max(0.0, time.monotonic() - now) * 1000
            members = '%s,"kind":"sleep","elapsedMs":%.3f,"result":null' % (place.json, took)
            recorded = self._recorded(await self._write("step-completed", members))
            return recorded.outcome() if recorded else NULL
        finally:
            self._work(-1)

    async def event(self, place: Place, timeout: Optional[float]) -> Json:
        """A wait for an event."""
        return await self._until_settled("event", place, "", timeout)

    async def children(self, place: Place, ids: List[str], mode: str, timeout: Optional[float]) -> Json:
        """A wait for the end of children."""
        return await self._until_settled("children", place, ',"children":%s,"mode":"%s"' % (encode(ids), mode), timeout)

    async def _until_settled(self, kind: str, place: Place, members: str, timeout: Optional[float]) -> Json:
        known = place.known
        if known is not None and not known.open:
            return known.outcome()
        await self._hold(place)
        due = known.due if known else None if timeout is None else time.monotonic() + timeout
        settled = await self._wait(Wait(kind, place.name, place.json + members, due, "timeoutSecs"))
        assert settled is not None
        return settled.outcome()

    async def _wait(self, wait: Wait) -> Optional[RecordedStep]:
        """Waits, here or parked: the settled step, or None when the time has come."""
        self._goes_on()
        if wait.kind in ("retry", "sleep") and wait.due is not None:
            delay = max(0.0, wait.due - time.monotonic())
            wait.timer = asyncio.get_running_loop().call_later(delay, self._due, wait)
        self._waits.add(wait)
        self._changed()
        try:
            return await wait.future
        finally:
            if wait.timer is not None:
                wait.timer.cancel()
            self._waits.discard(wait)
            self._changed()

    def _due(self, wait: Wait) -> None:
        # While a park is on its way nobody knows whether the task is still ours.
        if not self._parking and not wait.future.done():
            wait.future.set_result(None)

    async def _hold(self, place: Place) -> None:
        """Holds a step that a pause rule keeps from starting, parked if there is nothing else to do."""
        while self._is_paused(place.name):
            await self._wait(Wait("paused", place.name, '"name":' + encode(place.name), None, ""))

    def _is_paused(self, name: str) -> bool:
        return any(matches(glob, name) for glob in self.task.paused)

    def paused_now(self, verdict: Verdict) -> None:
        """Takes over which steps are paused from now on, if the verdict says so, and lets go of those that are not."""
        paused = verdict.get("pausedSteps")
        if paused is not None:
            self.task.paused = paused
            for wait in self._waits:
                if wait.kind == "paused" and not wait.future.done() and not self._is_paused(wait.name):
                    wait.future.set_result(None)

    def _work(self, change: int) -> None:
        self._working += change
        self._changed()

    def _changed(self) -> None:
        self._changes += 1
        if not (self._working or self._settling or self._parking or self.over) and self._waits:
            self._settling = True
            self.own(asyncio.get_running_loop().create_task(self._settle()))

    async def _settle(self) -> None:
        """Parks when the body has had its turn and begun nothing else."""
        while True:
            seen = self._changes
            for _ in range(SETTLING_TURNS):
                await asyncio.sleep(0)
            if seen == self._changes:
                break
        self._settling = False
        if self._waits and not (self._working or self.over):
            await self._park()

    async def _park(self) -> None:
        now = time.monotonic()
        waits = list(self._waits)
        members = '"waits":[' + ",".join(wait.member(now) for wait in waits) + "]"
        if self.own_deadline is not None:
            members += ',"wakeWithinMs":%d' % max(0, round((self.own_deadline - now) * 1000))
        self._parking = True
        try:
            verdict = await self._write("park", members)
        finally:
            self._parking = False
        if verdict.get("parked"):
            self.lost("parked")
            return
        self._settled(waits, verdict)
        self._changed()

    def _settled(self, waits: List[Wait], verdict: Verdict) -> None:
        """The park was refused, because some of the waits are over."""
        now = time.monotonic()
        steps = {step.name: step for step in (RecordedStep(text, now) for text in items(verdict.raw("steps") or "[]"))}
        for wait in waits:
            step = steps.get(wait.name)
            if wait.future.done():
                continue
            if step is not None and not step.open and wait.kind != "retry":
                wait.future.set_result(step)
            elif wait.timer is not None and wait.due is not None and wait.due <= now + 0.001:
                wait.future.set_result(None)


class _Completed:
    """A step that was recorded just now."""

    __slots__ = ("_result",)

    def __init__(self, result: Json) -> None:
        self._result = result

    def outcome(self) -> Json:
        return self._result
