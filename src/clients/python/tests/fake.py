"""The protocol in memory, for tests of the replay: an outbox that notes commands and gives verdicts."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Callable, Dict, List, Optional

from zart import AsyncContext
from zart._activation import Activation
from zart._json import encode
from zart._outbox import Verdict
from zart._task import Task
from zart._threads import Threads
from zart.context import Context

Answers = Callable[[Dict[str, Any]], Optional[Dict[str, Any]]]


class FakeOutbox:
    def __init__(self, answers: Optional[Answers] = None) -> None:
        self.commands: List[Dict[str, Any]] = []
        self._answers = answers or (lambda command: None)

    def send(self, command: str, frees: bool = False) -> "asyncio.Future[Verdict]":
        decoded = json.loads(command)
        self.commands.append(decoded)
        answer = self._answers(decoded)
        if answer is None:
            answer = {"verdict": "ok", "parked": True, "steps": []} if decoded["type"] == "park" else {"verdict": "ok"}
        future: "asyncio.Future[Verdict]" = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: None if future.done() else future.set_result(Verdict.parse(encode(answer))))
        return future

    @property
    def types(self) -> List[str]:
        return [command["type"] for command in self.commands]

    def only(self, kind: str) -> Dict[str, Any]:
        (command,) = [command for command in self.commands if command["type"] == kind]
        return command


def step(name: str, status: str = "completed", **members: Any) -> Dict[str, Any]:
    return {"name": name, "kind": "step", "status": status, "result": None, "error": None, "attempts": 1, **members}


def claimed(**members: Any) -> Task:
    task = {
        "executionId": "x",
        "runId": "x:run:0",
        "runIndex": 0,
        "taskName": "t",
        "payload": None,
        "lease": {"token": "0.1", "expiresInMs": 15000},
        "spentMs": 0,
        "attempt": 1,
        "steps": [],
        "earlierAttempts": {},
        "pausedSteps": [],
    }
    return Task(encode({**task, **members}))


def run(body: Any, answers: Optional[Answers] = None, deadline: Optional[float] = None, **members: Any) -> FakeOutbox:
    """Runs an activation of an ``async def`` body, or of a plain one, to its end and returns what it sent."""

    async def scene() -> FakeOutbox:
        outbox = FakeOutbox(answers)
        over = asyncio.Event()
        activation = Activation(claimed(**members), outbox, deadline, lambda ended: over.set())  # type: ignore[arg-type]
        loop = asyncio.get_running_loop()
        threads = Threads()

        async def call() -> Any:
            if asyncio.iscoroutinefunction(body):
                return await body(AsyncContext(activation))
            return await asyncio.wrap_future(threads.submit(lambda: body(Context(activation, loop, threads))))

        running = loop.create_task(activation.run(call, None))
        activation.own(running)
        await asyncio.wait_for(over.wait(), 30)
        await asyncio.gather(running, return_exceptions=True)
        return outbox

    return asyncio.run(scene())
