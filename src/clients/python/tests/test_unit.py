"""Tests that need no server: JSON to the letter, retry policies, globs, and the replay against the protocol in memory."""

from __future__ import annotations

import asyncio
import time
import unittest

from tests.fake import run, step
from zart import Branch, EventTimeout, Json, RetryPolicy, StepFailed
from zart._glob import matches
from zart._http import retry_after
from zart._json import encode, items, members
from zart._outbox import backoff


class JsonTest(unittest.TestCase):
    def test_raw_parts_are_sent_to_the_letter(self) -> None:
        raw = Json('{"b":1e3,"a":1.50,"b":12345678901234567890123}')
        self.assertEqual(encode([raw, {"x": Json("1.0")}]), '[{"b":1e3,"a":1.50,"b":12345678901234567890123},{"x":1.0}]')

    def test_a_string_that_looks_like_a_mark_stays(self) -> None:
        text = "\ue000zart-raw-0\ue000"
        self.assertEqual(encode({"raw": Json("1"), "text": text}), '{"raw":1,"text":"%s"}' % text)

    def test_members_and_items_are_slices(self) -> None:
        self.assertEqual(
            list(members('{ "a" : {"x":"}"} , "b\\n":[1, 2],"c":1e3 }')), [("a", '{"x":"}"}'), ("b\n", "[1, 2]"), ("c", "1e3")]
        )
        self.assertEqual(list(items('[1.0 , "\\"]" , []]')), ["1.0", '"\\"]"', "[]"])
        self.assertEqual((list(members("{}")), list(items("[ ]"))), ([], []))

    def test_deep_values_and_long_numbers_are_cut_out(self) -> None:
        deep, long = "[" * 5000 + "]" * 5000, "9" * 5000
        self.assertEqual(list(items("[%s,%s]" % (deep, long))), [deep, long])

    def test_what_is_not_json_is_refused(self) -> None:
        self.assertRaises(ValueError, encode, float("nan"))
        self.assertRaises(TypeError, encode, object())


class RetryPolicyTest(unittest.TestCase):
    def test_fixed_delays_stay(self) -> None:
        policy = RetryPolicy.fixed(2, 0.5)
        self.assertEqual([policy.delay_after(failures) for failures in (1, 2, 3)], [0.5] * 3)

    def test_exponential_delays_double_up_to_the_bound(self) -> None:
        policy = RetryPolicy.exponential(9, 1).with_max_delay(5)
        self.assertEqual([policy.delay_after(failures) for failures in (1, 2, 3, 4, 5000)], [1, 2, 4, 5, 5])

    def test_jitter_shortens_by_its_share_at_the_most(self) -> None:
        policy = RetryPolicy.fixed(1, 10).with_jitter(0.2)
        for _ in range(100):
            self.assertTrue(8 <= policy.delay_after(1) <= 10)

    def test_the_number_of_retries_and_final_errors_end_it(self) -> None:
        policy = RetryPolicy.fixed(2, 0).with_non_retryable(KeyError)
        self.assertTrue(policy.allows(2, ValueError()))
        self.assertFalse(policy.allows(3, ValueError()))
        self.assertFalse(policy.allows(1, KeyError()))
        self.assertFalse(RetryPolicy.none().allows(1, ValueError()))


class SmallThingsTest(unittest.TestCase):
    def test_globs(self) -> None:
        for glob, name, expected in [
            ("charge-*", "charge-card", True),
            ("charge-?", "charge-ab", False),
            ("[a-c]1", "b1", True),
            ("[!a-c]1", "b1", False),
            ("{pay,ship}-*", "ship-now", True),
            ("a.b", "axb", False),
            ("A", "a", False),
        ]:
            self.assertEqual(matches(glob, name), expected, (glob, name))

    def test_retry_after_is_a_number_or_a_date(self) -> None:
        self.assertEqual(retry_after("2"), 2.0)
        self.assertEqual(retry_after("Thu, 01 Jan 1970 00:00:00 GMT"), 0.0)
        self.assertIsNone(retry_after("soon"))

    def test_the_back_off_grows_to_two_seconds(self) -> None:
        self.assertLessEqual(backoff(0), 0.05)
        self.assertTrue(1.0 <= backoff(99) <= 2.0)


class ReplayTest(unittest.TestCase):
    def test_steps_run_and_are_recorded_in_order(self) -> None:
        async def body(ctx):
            return [await ctx.step("a", lambda: 1), await ctx.step("b", lambda: (2, 3))]

        sent = run(body)
        self.assertEqual(sent.types, ["step-completed", "step-completed", "complete"])
        self.assertEqual([command.get("position") for command in sent.commands], [0, 1, None])
        self.assertEqual(sent.commands[-1]["result"], [1, [2, 3]])

    def test_recorded_steps_do_not_run_again(self) -> None:
        async def body(ctx):
            return [await ctx.step("a", lambda: self.fail("ran again")), await ctx.step("b", lambda: 2)]

        sent = run(body, steps=[step("a", result="old")])
        self.assertEqual(sent.types, ["step-completed", "complete"])
        self.assertEqual(sent.only("complete")["result"], ["old", 2])

    def test_a_plain_body_does_the_same(self) -> None:
        def body(ctx):
            results = ctx.parallel(Branch("b1", lambda: 1), Branch("b2", lambda: 1 / 0))
            return [ctx.step("a", lambda: 0), [result.ok for result in results]]

        sent = run(body)
        self.assertEqual(sent.only("complete")["result"], [0, [True, False]])

    def test_the_outcome_recorded_before_wins(self) -> None:
        async def body(ctx):
            return await ctx.step("a", lambda: "mine")

        def answers(command):
            if command["type"] == "step-completed":
                return {"verdict": "already-recorded", "step": step("a", result="theirs")}

        self.assertEqual(run(body, answers).only("complete")["result"], "theirs")

    def test_a_name_used_again_gets_a_number(self) -> None:
        async def body(ctx):
            for _ in range(3):
                await ctx.step("item", lambda: 0)

        self.assertEqual([command.get("name") for command in run(body).commands], ["item", "item#2", "item#3", None])

    def test_a_failed_step_is_tried_again_here_after_a_short_delay(self) -> None:
        async def body(ctx):
            def flaky(attempt):
                if attempt.number < 2:
                    raise ValueError("no %d" % attempt.number)
                return attempt.number_in_execution

            return await ctx.step("s", flaky, retry=RetryPolicy.fixed(2, 0.01))

        sent = run(body, earlierAttempts={"s": 5})
        self.assertEqual(sent.types, ["step-failed", "step-failed", "step-completed", "complete"])
        self.assertEqual(sent.commands[1]["error"], {"message": "no 1", "type": "ValueError"})
        self.assertEqual((sent.commands[1]["attempt"], sent.commands[1]["failures"]), (2, 2))
        self.assertEqual(sent.only("complete")["result"], 7)

    def test_a_far_retry_parks(self) -> None:
        async def body(ctx):
            await ctx.step("s", lambda: 1 / 0, retry=RetryPolicy.fixed(2, 60))

        sent = run(body)
        self.assertEqual(sent.types, ["step-failed", "park"])
        self.assertEqual(sent.commands[0]["retry"], {"afterMs": 60000})
        (wait,) = sent.commands[1]["waits"]
        self.assertEqual((wait["kind"], wait["name"]), ("retry", "s"))

    def test_a_dead_step_raises_and_may_be_caught(self) -> None:
        async def body(ctx):
            try:
                await ctx.step("s", lambda: 1 / 0)
            except StepFailed as error:
                return [error.step, str(error), error.error_type]

        sent = run(body)
        self.assertEqual(sent.only("step-failed")["retry"], "never")
        self.assertEqual(sent.only("complete")["result"], ["s", "division by zero", "ZeroDivisionError"])
        dead = step("s", "dead", error={"message": "m", "type": "T"})
        self.assertEqual(run(body, steps=[dead]).only("complete")["result"], ["s", "m", "T"])

    def test_an_error_of_a_step_fails_the_run_and_names_it(self) -> None:
        async def body(ctx):
            await ctx.step("s", lambda: 1 / 0)

        self.assertEqual(
            run(body).only("fail")["error"], {"message": "division by zero", "type": "ZeroDivisionError", "step": "s"}
        )

    def test_a_time_out_over_all_attempts_is_final(self) -> None:
        async def body(ctx):
            await ctx.step("s", lambda: asyncio.sleep(30), retry=RetryPolicy.fixed(5, 0), timeout=0.02)

        sent = run(body)
        self.assertEqual(sent.types, ["step-failed", "fail"])
        self.assertIn("timed out after 20 ms", sent.only("fail")["error"]["message"])

    def test_a_time_out_of_an_attempt_follows_the_policy(self) -> None:
        def body(ctx):
            ctx.step("s", lambda: time.sleep(0.2), retry=RetryPolicy.fixed(1, 0), attempt_timeout=0.02)

        self.assertEqual(run(body).types, ["step-failed", "step-failed", "fail"])

    def test_branches_share_a_group_and_wait_together(self) -> None:
        async def body(ctx):
            await ctx.parallel(
                Branch("a", lambda: 1 / 0, retry=RetryPolicy.fixed(1, 60)),
                Branch("b", lambda: 1 / 0, retry=RetryPolicy.fixed(1, 90)),
                Branch("c", lambda: 3),
            )

        sent = run(body)
        self.assertEqual([(c["name"], c["position"], c["group"]) for c in sent.commands[:3]], [("a", 0, 0), ("b", 1, 0), ("c", 2, 0)])
        self.assertEqual({wait["name"] for wait in sent.only("park")["waits"]}, {"a", "b"})

    def test_waits_of_a_gather_are_parked_once_the_body_has_nothing_else_to_do(self) -> None:
        async def body(ctx):
            async def chain():
                await ctx.step("one", lambda: 1)
                return await ctx.step("two", lambda: 2)

            return await asyncio.gather(ctx.sleep("nap", 60), chain(), ctx.wait_for_event("go", 5))

        sent = run(body)
        self.assertEqual(sent.types, ["step-completed", "step-completed", "park"])
        nap, go = sorted(sent.only("park")["waits"], key=lambda wait: wait["name"], reverse=True)
        self.assertAlmostEqual(nap["durationMs"], 60000, delta=2000)
        self.assertAlmostEqual(go["timeoutSecs"], 5, delta=2)

    def test_a_park_that_is_refused_lets_the_body_go_on(self) -> None:
        async def body(ctx):
            return await ctx.wait_for_event("go", raw=True)

        def answers(command):
            if command["type"] == "park":
                return {"verdict": "ok", "parked": False, "steps": [step("go", result=Json('{"n":1.0,"n":2}'))]}

        self.assertEqual(run(body, answers).types, ["park", "complete"])

    def test_a_wait_that_timed_out_raises(self) -> None:
        async def body(ctx):
            try:
                await ctx.wait_for_event("go", 1)
            except EventTimeout as error:
                return str(error)

        dead = step("go", "dead", kind="waitforevent", error={"message": "late", "type": "EventTimeoutException"})
        self.assertEqual(run(body, steps=[dead]).only("complete")["result"], "late")

    def test_a_short_sleep_is_slept_here_and_recorded(self) -> None:
        async def body(ctx):
            await ctx.sleep("nap", 0.01)

        sent = run(body)
        self.assertEqual(sent.types, ["step-completed", "complete"])
        self.assertEqual(sent.commands[0]["kind"], "sleep")

    def test_a_lost_lease_ends_the_body_without_another_word(self) -> None:
        reached = []

        def body(ctx):
            ctx.step("a", lambda: 1)
            reached.append("after")

        for verdict in ("lease-lost", "cancelled"):
            sent = run(body, lambda command: {"verdict": verdict, "reason": "r"})
            self.assertEqual((sent.types, reached), (["step-completed"], []))

    def test_a_refused_command_fails_the_run_with_the_reason(self) -> None:
        async def body(ctx):
            await ctx.step("a", lambda: 1)

        def answers(command):
            if command["type"] == "step-completed":
                return {"verdict": "invalid", "reason": "too deep"}

        sent = run(body, answers)
        self.assertIn("too deep", sent.only("fail")["error"]["message"])

    def test_the_deadline_of_a_task_fails_its_run(self) -> None:
        async def body(ctx):
            await ctx.step("s", lambda: asyncio.sleep(30))

        error = run(body, deadline=0.02).only("fail")["error"]
        self.assertEqual(error, {"message": "run deadline exceeded", "type": "DeadlineExceeded"})
        self.assertEqual(run(body, deadline=1, spentMs=1000).types, ["fail"])

    def test_a_park_ends_at_the_deadline_of_the_task(self) -> None:
        async def body(ctx):
            await ctx.sleep("nap", 60)

        self.assertLessEqual(run(body, deadline=5).only("park")["wakeWithinMs"], 5000)

    def test_a_paused_step_is_held(self) -> None:
        async def body(ctx):
            await ctx.step("a", lambda: 1)
            await ctx.step("charge", lambda: self.fail("started"))

        sent = run(body, pausedSteps=["ch*"])
        self.assertEqual(sent.types, ["step-completed", "park"])
        self.assertEqual(sent.commands[1]["waits"], [{"kind": "paused", "name": "charge"}])

    def test_a_held_step_starts_when_its_pause_is_over(self) -> None:
        async def body(ctx):
            return await ctx.step("charge", lambda: "charged")

        def answers(command):
            if command["type"] == "park":
                return {"verdict": "ok", "parked": False, "steps": [], "pausedSteps": []}

        self.assertEqual(run(body, answers, pausedSteps=["*"]).types, ["park", "step-completed", "complete"])

    def test_a_pause_that_begins_meanwhile_holds_the_next_step(self) -> None:
        async def body(ctx):
            await ctx.step("a", lambda: 1)
            await ctx.sleep("nap", 0.01)

        def answers(command):
            if command["type"] == "step-completed":
                return {"verdict": "ok", "pausedSteps": ["n*"]}

        self.assertEqual(run(body, answers).types, ["step-completed", "park"])

    def test_a_captured_value_stays(self) -> None:
        async def body(ctx):
            return await ctx.capture("c", lambda: 42)

        sent = run(body)
        self.assertEqual((sent.types, sent.commands[0]["value"]), (["capture", "complete"], 42))
        self.assertEqual(run(body, steps=[step("c", result=7)]).only("complete")["result"], 7)

    def test_a_child_is_started_once_and_waited_for(self) -> None:
        async def body(ctx):
            return await ctx.child("ship", "shipping", {"n": 1})

        def answers(command):
            if command["type"] == "start-child":
                return {"verdict": "ok", "step": step("ship", result="child-1")}
            if command["type"] == "park":
                return {"verdict": "ok", "parked": False, "steps": [
                    step("ship.result", result=[{"executionId": "child-1", "status": "completed", "result": 9, "error": None}])]}

        sent = run(body, answers)
        self.assertEqual(sent.only("start-child")["taskName"], "shipping")
        self.assertEqual(sent.only("park")["waits"][0]["children"], ["child-1"])
        self.assertEqual(sent.only("complete")["result"], 9)

    def test_the_trace_of_the_task_is_known_to_the_body(self) -> None:
        async def body(ctx):
            return ctx.traceparent

        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        self.assertEqual(run(body, traceparent=trace).only("complete")["result"], trace)
        self.assertIsNone(run(body).only("complete")["result"])


if __name__ == "__main__":
    unittest.main()
