"""Tests with a service, at ``ZART_URL``; skipped without it."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import unittest
import uuid
from typing import Any, Callable, Dict, List

from zart import AsyncClient, Branch, Client, Conflict, EventTimeout, Json, NotFound, RetryPolicy, Worker

URL = os.environ.get("ZART_URL")


def unique(name: str) -> str:
    return "%s-%s" % (name, uuid.uuid4().hex[:12])


@unittest.skipUnless(URL, "ZART_URL is not set: the tests that need a service are skipped")
class ServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.client = Client(URL)
        self.addCleanup(self.client.close)
        self.ran: List[str] = []

    def serve(self, handlers: Dict[str, Callable[..., Any]], lease: float = 5.0, **options: Any) -> Worker:
        worker = Worker(URL, lease=lease, **options)
        for name, body in handlers.items():
            worker.task(name)(body)
        thread = threading.Thread(target=worker.run)
        thread.start()

        def stop() -> None:
            worker.stop()
            thread.join(30)
            self.assertFalse(thread.is_alive(), "the worker stops")

        self.addCleanup(stop)
        return worker

    def waits_for(self, execution_id: str, kind: str) -> None:
        for _ in range(500):
            waiting = self.client.get(execution_id).waiting
            if waiting and waiting["kind"] == kind:
                return
            time.sleep(0.05)
        self.fail("%s does not wait for %s: %s" % (execution_id, kind, self.client.get(execution_id).text))

    def test_a_plain_and_an_async_body_do_the_same(self) -> None:
        plain_name, async_name = unique("plain"), unique("async")

        def plain(ctx: Any, payload: Any) -> Any:
            one = ctx.step("one", lambda: payload["n"] + 1)
            event = ctx.wait_for_event("go")
            results = ctx.parallel(Branch("a", lambda: "a"), Branch("b", lambda: 1 / 0))
            ctx.sleep("nap", 0.3)
            return [one, event, [result.value if result.ok else str(result.error) for result in results]]

        async def asynchronous(ctx: Any, payload: Any) -> Any:
            one = await ctx.step("one", lambda: payload["n"] + 1)
            event = await ctx.wait_for_event("go")
            results = await ctx.parallel(Branch("a", lambda: "a"), Branch("b", lambda: 1 / 0))
            await ctx.sleep("nap", 0.3)
            return [one, event, [result.value if result.ok else str(result.error) for result in results]]

        self.serve({plain_name: plain, async_name: asynchronous})
        ids = [self.client.start(name, {"n": 1}).id for name in (plain_name, async_name)]
        for execution_id in ids:
            self.waits_for(execution_id, "event")
            self.client.deliver(execution_id, "go", {"x": 1})
        for ended in self.client.wait_many(ids, timeout=60):
            self.assertEqual(ended.result, [2, {"x": 1}, ["a", "division by zero"]], ended.text)

    def test_payloads_come_back_to_the_letter(self) -> None:
        name = unique("raw")
        worker = Worker(URL, lease=5)

        @worker.task(name, raw=True)
        async def echo(ctx: Any, payload: Json) -> Any:
            return await ctx.step("echo", lambda: [payload], raw=True)

        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            text = '{"b":1e3,"a":[1.50,12345678901234567890123456789],"b":"\\u0000","ü":"\U0001f600"}'
            ended = self.client.wait(self.client.start(name, Json(text)).id, 60)
            self.assertEqual(ended.raw("result").value, [Json(text).value], ended.text)
            self.assertIn('"b":1e3,"a":[1.50,12345678901234567890123456789]', ended.raw("result").text)
        finally:
            worker.stop()
            thread.join(30)

    def test_a_step_is_tried_again_as_its_policy_says(self) -> None:
        name = unique("flaky")

        def body(ctx: Any, payload: Any) -> Any:
            def flaky(attempt: Any) -> int:
                if attempt.number < 2:
                    raise ValueError("no %d" % attempt.number)
                return attempt.number

            return ctx.step("flaky", flaky, retry=RetryPolicy.fixed(2, payload))

        self.serve({name: body})
        for delay in (0, 0.01, 0.2):
            self.assertEqual(self.client.wait(self.client.start(name, delay).id, 60).result, 2)

    def test_an_event_wait_times_out(self) -> None:
        name = unique("late")

        def body(ctx: Any, payload: Any) -> Any:
            try:
                return ctx.wait_for_event("never", 0.2)
            except EventTimeout:
                return "late"

        self.serve({name: body})
        self.assertEqual(self.client.wait(self.client.start(name).id, 60).result, "late")

    def test_a_child_is_awaited(self) -> None:
        parent, child = unique("parent"), unique("child")

        async def parent_body(ctx: Any, payload: Any) -> Any:
            return [await ctx.child("one", child, 1), await ctx.child("two", child, 2)]

        async def child_body(ctx: Any, payload: Any) -> Any:
            return await ctx.step("double", lambda: payload * 2)

        self.serve({parent: parent_body, child: child_body})
        ended = self.client.wait(self.client.start(parent).id, 60)
        self.assertEqual(ended.result, [2, 4], ended.text)
        children = self.client.children(ended.id)
        self.assertEqual([one.id for one in children], [ended.id + ":0:one", ended.id + ":0:two"])
        for one in children:
            self.assertEqual(one.parent, {"executionId": ended.id, "runIndex": 0, "taskName": parent})

    def test_any_or_all_of_several_children_are_awaited_also_of_the_service_itself(self) -> None:
        name = unique("family")

        def body(ctx: Any, payload: Any) -> Any:
            quick = ctx.start_child("quick", "echo", {"n": 1})
            slow = ctx.start_child("slow", "approval", {})
            first = ctx.wait_children("first", [quick, slow], mode="any")
            try:
                ctx.wait_children("both", [quick, slow], timeout=0.2)
            except EventTimeout:
                ctx.wait_for_event("go")
            both = ctx.wait_children("both", [quick, slow])
            return [[one["executionId"] for one in first], [one["result"] for one in both]]

        self.serve({name: body})
        parent = self.client.start(name).id
        self.waits_for(parent, "event")
        self.waits_for(parent + ":0:slow", "event")
        self.client.deliver(parent + ":0:slow", "approval", "yes")
        self.client.deliver(parent, "go")
        last = {"prepared": "prepared", "final": {"event": "yes"}}
        self.assertEqual(self.client.wait(parent, 60).result, [[parent + ":0:quick"], [{"n": 1}, last]])

    def test_a_cancel_travels_to_the_children_that_are_not_abandoned(self) -> None:
        name = unique("cancelling")

        def body(ctx: Any, payload: Any) -> Any:
            follows = ctx.start_child("follows", "approval", {})
            stays = ctx.start_child("stays", "approval", {}, on_parent_cancel="abandon")
            return ctx.wait_children("both", [follows, stays])

        self.serve({name: body})
        parent = self.client.start(name).id
        self.waits_for(parent, "children")
        self.waits_for(parent + ":0:stays", "event")
        self.client.cancel(parent)
        self.assertEqual(self.client.wait(parent + ":0:follows", 60).status, "cancelled")
        self.client.deliver(parent + ":0:stays", "approval", 1)
        self.assertEqual(self.client.wait(parent + ":0:stays", 60).status, "completed")

    def test_a_cancelled_execution_ends_its_step(self) -> None:
        name = unique("cancelled")
        told = threading.Event()

        def body(ctx: Any, payload: Any) -> Any:
            def slow(attempt: Any) -> None:
                self.ran.append("slow")
                for _ in range(600):
                    if attempt.cancelled:
                        told.set()
                        return
                    time.sleep(0.05)

            ctx.step("slow", slow)
            self.ran.append("after")

        self.serve({name: body}, lease=2.0)
        execution = self.client.start(name)
        while not self.ran:
            time.sleep(0.02)
        self.client.cancel(execution.id)
        self.assertTrue(told.wait(20), "the step is told within the lease")
        self.assertEqual(self.client.get(execution.id).status, "cancelled")
        self.assertEqual(self.ran, ["slow"])

    def test_a_step_longer_than_the_lease_keeps_it(self) -> None:
        name = unique("long")

        def body(ctx: Any, payload: Any) -> Any:
            def slow() -> str:
                self.ran.append("slow")
                time.sleep(3.0)
                return "done"

            return ctx.step("slow", slow)

        self.serve({name: body}, lease=1.0)
        self.assertEqual(self.client.wait(self.client.start(name).id, 60).result, "done")
        self.assertEqual(self.ran, ["slow"])

    def test_a_stopping_worker_hands_back_what_it_cannot_finish(self) -> None:
        name = unique("handed")
        gate = threading.Event()
        self.addCleanup(gate.set)

        def hangs(ctx: Any, payload: Any) -> Any:
            return ctx.step("s", lambda: self.ran.append("begun") or gate.wait(120))

        first = Worker(URL, lease=300.0, grace=0.2)
        first.task(name)(hangs)
        thread = threading.Thread(target=first.run)
        thread.start()
        execution = self.client.start(name)
        while not self.ran:
            time.sleep(0.02)
        first.stop()
        thread.join(30)
        self.serve({name: lambda ctx, payload: ctx.step("s", lambda: "by another")})
        self.assertEqual(self.client.wait(execution.id, 60).result, "by another")

    def test_the_client_tells_what_is_wrong(self) -> None:
        self.assertRaises(NotFound, self.client.get, unique("nobody"))
        execution = self.client.start(unique("unserved"), {"n": 1}, delay=3600)
        self.assertEqual(self.client.get(execution.id).status, "scheduled")
        self.assertRaises(Conflict, self.client.start, "another", execution_id=execution.id)
        self.assertRaises(TimeoutError, self.client.wait, execution.id, 0.2)
        self.assertIn(execution.id, [one.id for one in self.client.list(search=execution.id)])
        self.assertEqual(self.client.deliver(execution.id, "e", 1, key="k"), "buffered")
        self.assertEqual(self.client.deliver(execution.id, "e", 1, key="k"), "duplicate")
        self.client.cancel(execution.id)
        self.assertEqual(self.client.wait(execution.id).status, "cancelled")
        self.assertIn("cancelled", self.client.stats())

    def test_the_async_client_and_a_worker_share_an_event_loop(self) -> None:
        name = unique("together")

        async def scene() -> Any:
            worker = Worker(URL, lease=5)

            @worker.task(name)
            async def double(ctx: Any, payload: int) -> int:
                return payload * 2

            serving = asyncio.ensure_future(worker.serve())
            async with AsyncClient(URL) as client:
                started = [await client.start(name, number) for number in range(20)]
                ended = [await client.wait(one.id, 60) for one in started]
            worker.stop()
            await serving
            return [one.result for one in ended]

        self.assertEqual(asyncio.run(scene()), [number * 2 for number in range(20)])


if __name__ == "__main__":
    unittest.main()
