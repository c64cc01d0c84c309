"""Commands on their way to the service: while requests are on their way, the next commands gather."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Set

from ._http import Http, HttpFailure, Response
from ._json import encode, items, members

log = logging.getLogger("zart.worker")

MAX_COMMANDS = 1000
MAX_CHARACTERS = 500_000


class Verdict:
    """What became of a command; the members of the answer stay text until they are asked for."""

    __slots__ = ("kind", "_members")

    def __init__(self, kind: str, raw: Dict[str, str]) -> None:
        self.kind = kind
        self._members = raw

    @staticmethod
    def parse(text: str) -> "Verdict":
        raw = dict(members(text))
        return Verdict(raw["verdict"].strip('"'), raw)

    def raw(self, name: str) -> Optional[str]:
        """Text of a member, None if it is absent or null."""
        text = self._members.get(name)
        return None if text == "null" else text

    def get(self, name: str) -> Any:
        """A decoded member, None if it is absent."""
        text = self.raw(name)
        return None if text is None else json.loads(text)

    @property
    def took_effect(self) -> bool:
        return self.kind in ("ok", "already-recorded")


class _Sent:
    __slots__ = ("text", "future", "frees", "tries")

    def __init__(self, text: str, future: "asyncio.Future[Verdict]", frees: bool) -> None:
        self.text = text
        self.future = future
        self.frees = frees
        self.tries = 0


def backoff(tries: int) -> float:
    """Seconds before the next try: 50 ms, growing to 2 s, with a random part."""
    return min(2.0, 0.05 * 2 ** min(tries, 10)) * (0.5 + random.random() / 2)


class Outbox:
    """Sends commands in batches over a few connections. Confined to one event loop."""

    def __init__(
        self,
        http: Http,
        path: str,
        envelope: str,
        lanes: int,
        claims: Callable[[int], int],
        on_tasks: Callable[[List[str], int], None],
    ) -> None:
        """``claims(freed)`` says how many tasks to ask for along with a batch that frees so many places;
        ``on_tasks(tasks, asked)`` gets them."""
        self._http = http
        self._path = path
        self._envelope = envelope
        self._claims = claims
        self._on_tasks = on_tasks
        self._queue: Deque[_Sent] = deque()
        self._idle_lanes = lanes
        self._running: "Set[asyncio.Task[None]]" = set()
        self._later: Set[asyncio.TimerHandle] = set()

    def send(self, command: str, frees: bool = False) -> "asyncio.Future[Verdict]":
        """Sends a command (its JSON text) until there is a verdict. ``frees``: it ends the activation of its task."""
        future: "asyncio.Future[Verdict]" = asyncio.get_running_loop().create_future()
        self._enqueue(_Sent(command, future, frees))
        return future

    def _enqueue(self, sent: _Sent) -> None:
        self._queue.append(sent)
        if self._idle_lanes:
            self._idle_lanes -= 1
            lane = asyncio.get_running_loop().create_task(self._lane())
            self._running.add(lane)
            lane.add_done_callback(self._running.discard)

    async def _lane(self) -> None:
        try:
            # One turn of the loop, so that what other tasks send at this moment comes along.
            await asyncio.sleep(0)
            while self._queue:
                await self._flush(self._batch())
        finally:
            self._idle_lanes += 1

    def _batch(self) -> List[_Sent]:
        batch = [self._queue.popleft()]
        size = len(batch[0].text)
        while self._queue and len(batch) < MAX_COMMANDS and size + len(self._queue[0].text) <= MAX_CHARACTERS:
            size += len(self._queue[0].text)
            batch.append(self._queue.popleft())
        return batch

    async def _flush(self, batch: List[_Sent]) -> None:
        batch = [sent for sent in batch if not sent.future.done()]
        if not batch:
            return
        asked = self._claims(sum(sent.frees for sent in batch))
        tasks: List[str] = []
        try:
            body = self._envelope + ',"commands":[' + ",".join(sent.text for sent in batch) + "]}"
            path = self._path + ("?claim=%d" % asked if asked else "")
            answer = await self._http.request("POST", path, body)
            if answer.status == 200:
                tasks = self._take(batch, answer)
            else:
                self._refused(batch, answer)
        except HttpFailure as failure:
            log.warning("commands got no answer, they are sent again: %s", failure)
            self._again(batch, None)
        finally:
            self._on_tasks(tasks, asked)

    def _take(self, batch: List[_Sent], answer: Response) -> List[str]:
        parts = dict(members(answer.text))
        for sent, text in zip(batch, items(parts["verdicts"])):
            verdict = Verdict.parse(text)
            if verdict.kind == "unavailable":
                self._again([sent], None)
            elif not sent.future.done():
                sent.future.set_result(verdict)
        return list(items(parts["tasks"])) if "tasks" in parts and parts["tasks"] != "null" else []

    def _refused(self, batch: List[_Sent], answer: Response) -> None:
        if answer.status in (400, 413, 422):
            if len(batch) > 1:
                # One of them is at fault: the halves find out which.
                middle = len(batch) // 2
                for half in (batch[:middle], batch[middle:]):
                    self._spawn(half)
                return
            log.error("a command was refused: %d %s", answer.status, answer.text[:500])
            reason = "refused with status %d" % answer.status
            if not batch[0].future.done():
                batch[0].future.set_result(Verdict("invalid", {"reason": encode(reason)}))
            return
        if answer.status not in (429, 503):
            log.error("commands were refused, they are sent again: %d %s", answer.status, answer.text[:500])
        self._again(batch, answer.retry_after)

    def _spawn(self, batch: List[_Sent]) -> None:
        task = asyncio.get_running_loop().create_task(self._flush(batch))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _again(self, batch: List[_Sent], retry_after: Optional[float]) -> None:
        loop = asyncio.get_running_loop()
        delay = max(backoff(batch[0].tries), retry_after or 0.0)
        for sent in batch:
            sent.tries += 1

        def enqueue() -> None:
            self._later.discard(handle)
            for sent in batch:
                self._enqueue(sent)

        handle = loop.call_later(delay, enqueue)
        self._later.add(handle)

    def close(self) -> None:
        """Gives up what is still unsent."""
        for handle in self._later:
            handle.cancel()
        for task in list(self._running):
            task.cancel()
        self._queue.clear()
