"""How many requests a busy worker needs, with a service in memory whose answers take a while."""

from __future__ import annotations

import asyncio
import json
import unittest
from collections import deque
from typing import Any, Deque, Dict, List, Optional
from unittest import mock

from zart import AsyncContext, Worker
from zart._http import Response
from zart._json import encode


class Service:
    """Hands out tasks and accepts every command; a claim without tasks waits for ever."""

    def __init__(self, count: int) -> None:
        self.claims: List[str] = []
        self.batches: List[List[Dict[str, Any]]] = []
        self.along = 0
        self.completed = 0
        self.all_done = asyncio.Event()
        self._count = count
        self._left: Deque[str] = deque("e%d" % i for i in range(count))

    async def request(
        self, method: str, path: str, body: Optional[str] = None, headers: Optional[Dict[str, str]] = None, timeout: float = 60.0
    ) -> Response:
        decoded = json.loads(body or "{}")
        if path.endswith("/claim"):
            self.claims.append(path)
            if not self._left:
                await asyncio.Event().wait()
            await asyncio.sleep(0.005)
            return self._answer(tasks=self._take(decoded["maxTasks"]))
        self.batches.append(decoded["commands"])
        await asyncio.sleep(0.005)
        self.completed += sum(command["type"] == "complete" for command in decoded["commands"])
        if self.completed == self._count:
            self.all_done.set()
        more = self._take(int(path.partition("?claim=")[2] or 0))
        self.along += len(more)
        return self._answer(verdicts=[{"verdict": "ok"} for _ in decoded["commands"]], tasks=more)

    def _take(self, most: int) -> List[Dict[str, Any]]:
        taken = [self._left.popleft() for _ in range(min(most, len(self._left)))]
        return [
            {
                "executionId": each,
                "runId": each + ":run:0",
                "runIndex": 0,
                "taskName": "task",
                "payload": 1,
                "lease": {"token": "0.1", "expiresInMs": 15000},
                "steps": [],
            }
            for each in taken
        ]

    @staticmethod
    def _answer(**parts: Any) -> Response:
        return Response(200, {}, encode(parts).encode())

    def close(self) -> None:
        """Nothing is open."""


async def _work(count: int, steps: int) -> Service:
    service = Service(count)
    worker = Worker("http://nowhere", max_tasks=20)

    @worker.task("task")
    async def body(ctx: AsyncContext, payload: Any) -> Any:
        for number in range(steps):
            await ctx.step("step-%d" % number, lambda: number)
        return payload

    with mock.patch("zart.worker.Http", lambda *_: service):
        serving = asyncio.ensure_future(worker.serve())
        await asyncio.wait_for(service.all_done.wait(), 60)
        worker.stop()
        await serving
    return service


class RoundTripsTest(unittest.TestCase):
    def test_the_ends_of_tasks_bring_the_next_ones_along(self) -> None:
        service = asyncio.run(_work(400, 0))
        self.assertLessEqual(len(service.claims), 3, "claims: the first one, and those that wait at the end")
        self.assertGreaterEqual(service.along, 400 - 2 * 20)
        self.assertLessEqual(len(service.batches), 400 / 5, "requests for 400 tasks, 20 at a time over 2 connections")

    def test_the_commands_of_many_tasks_go_together_and_a_step_costs_one(self) -> None:
        service = asyncio.run(_work(100, 5))
        commands = [command for batch in service.batches for command in batch]
        self.assertEqual(len(commands), 100 * (5 + 1))
        self.assertLessEqual(len(service.batches), len(commands) / 5)


if __name__ == "__main__":
    unittest.main()
