"""The sample handlers as a worker: ``ZART_URL=http://localhost:8080 python3 samples.py``.

They are the demo and the conformance fixtures: names, steps and results are exact.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import time
from typing import Any, Optional

from zart import AsyncContext, Attempt, Branch, Context, EventTimeout, Json, RetryPolicy, StepFailed, Worker

worker = Worker(lease=float(os.environ["ZART_LEASE_SECS"]) if "ZART_LEASE_SECS" in os.environ else None)


class SampleError(Exception):
    """What a sample step fails with when it is told to."""


def option(payload: Json, name: str, default: Any) -> Any:
    """A member of the payload if it has the type of the default (a number, a string); else the default."""
    text = payload.members().get(name)
    if text is None:
        return default
    if isinstance(default, str):
        return text.value if text.text.startswith('"') else default
    if not re.match(r"-?[0-9]", text.text):
        return default
    return int(float(text.text)) if isinstance(default, int) else float(text.text)


def policy(payload: Json, default: str = "fixed") -> RetryPolicy:
    kind = option(payload, "retry", default)
    retries, delay = option(payload, "retries", 2), option(payload, "delayMs", 100.0) / 1000
    if kind == "none":
        return RetryPolicy.none()
    return RetryPolicy.exponential(retries, delay) if kind == "exponential" else RetryPolicy.fixed(retries, delay)


def failing(failures: int, result: Any = None) -> Any:
    """A step that fails so many attempts."""

    def body(attempt: Attempt) -> Any:
        if attempt.number < failures:
            raise SampleError("boom on attempt %d" % attempt.number)
        return {"succeededOnAttempt": attempt.number} if result is None else result

    return body


def after(milliseconds: float, body: Any) -> Any:
    """A step that takes a time."""

    async def slow(attempt: Attempt) -> Any:
        await asyncio.sleep(milliseconds / 1000)
        return body(attempt)

    return slow


@worker.task("echo", raw=True)
async def echo(ctx: AsyncContext, payload: Json) -> Any:
    return payload


@worker.task("five-steps", raw=True)
async def five_steps(ctx: AsyncContext, payload: Json) -> Any:
    return {"sum": sum([await ctx.step("step-%d" % number, lambda: number) for number in range(1, 6)])}


@worker.task("approval", raw=True)
async def approval(ctx: AsyncContext, payload: Json) -> Any:
    prepared = await ctx.step("prepare", lambda: "prepared")
    timeout: Optional[float] = option(payload, "timeoutSecs", -1.0)
    event = await ctx.wait_for_event("approval", None if timeout == -1.0 else timeout, raw=True)
    final = await ctx.step("finalize", lambda: {"event": event}, raw=True)
    return {"prepared": prepared, "final": final}


@worker.task("two-events", raw=True)
async def two_events(ctx: AsyncContext, payload: Json) -> Any:
    return [await ctx.wait_for_event("first", raw=True), await ctx.wait_for_event("second", raw=True)]


@worker.task("flaky", raw=True)
async def flaky(ctx: AsyncContext, payload: Json) -> Any:
    return await ctx.step("flaky-step", failing(option(payload, "failures", 2)), retry=policy(payload))


@worker.task("dead", raw=True)
async def dead(ctx: AsyncContext, payload: Json) -> Any:
    heal_after = option(payload, "healAfter", sys.maxsize)

    def doomed(attempt: Attempt) -> str:
        if attempt.number_in_execution + 1 < heal_after:
            raise SampleError("boom on attempt %d" % attempt.number)
        return "healed"

    return await ctx.step("doomed", doomed, retry=policy(payload))


@worker.task("sleeper", raw=True)
async def sleeper(ctx: AsyncContext, payload: Json) -> Any:
    await ctx.sleep("nap", option(payload, "seconds", 1.0))
    return {"slept": payload.members().get("seconds", 1)}


@worker.task("parallel", raw=True)
async def parallel(ctx: AsyncContext, payload: Json) -> Any:
    milliseconds = option(payload, "ms", 0.0)

    def branch(number: int) -> Branch:
        return Branch("branch-%d" % number, after(milliseconds, lambda attempt: number))

    numbers = await ctx.all(*map(branch, range(1, 6)))
    return {"branches": numbers, "sum": await ctx.step("join", lambda: sum(numbers))}


@worker.task("parallel-err", raw=True)
async def parallel_err(ctx: AsyncContext, payload: Json) -> Any:
    results = await ctx.parallel(
        Branch("good", lambda: "good"),
        Branch("bad", failing(option(payload, "failures", 1)), retry=policy(payload, "none")),
    )
    return [{"ok": result.value} if result.ok else {"err": str(result.error)} for result in results]


@worker.task("mixed", raw=True)
async def mixed(ctx: AsyncContext, payload: Json) -> Any:
    captured = await ctx.capture("captured", lambda: 42)
    alpha = await ctx.step("alpha", lambda attempt: "a-%d" % (attempt.number_in_execution + 1))
    beta = await ctx.step("beta", lambda: {"from": alpha})
    await ctx.sleep("pause", option(payload, "sleepMs", 50.0) / 1000)
    gamma = await ctx.step("gamma", lambda: {"from": beta})
    return {"c": captured, "a": alpha, "b": beta, "g": gamma}


@worker.task("slow", raw=True)
def slow(ctx: Context, payload: Json) -> Any:
    def body() -> str:
        time.sleep(option(payload, "ms", 3000.0) / 1000)
        return "done"

    return [ctx.step("slow", body), ctx.step("after", lambda: "done2")]


@worker.task("timeouts", raw=True)
async def timeouts(ctx: AsyncContext, payload: Json) -> Any:
    limit = option(payload, "timeoutMs", 200.0) / 1000
    per_attempt = option(payload, "scope", "global") == "per_attempt"
    return await ctx.step(
        "slow-step",
        after(option(payload, "ms", 1000.0), failing(option(payload, "failures", 0))),
        retry=policy(payload),
        timeout=None if per_attempt else limit,
        attempt_timeout=limit if per_attempt else None,
    )


@worker.task("deadline", raw=True, deadline=1.0)
async def deadline(ctx: AsyncContext, payload: Json) -> Any:
    await ctx.sleep("sleep", option(payload, "ms", 3000.0) / 1000)


@worker.task("catch-error", raw=True)
def catch_error(ctx: Context, payload: Json) -> Any:
    try:
        handled = ctx.step("may-fail", failing(1))
    except StepFailed as error:
        handled = {"handled": str(error)}
    return [handled, ctx.step("next", lambda: "next")]


@worker.task("catch-deadline", raw=True)
def catch_deadline(ctx: Context, payload: Json) -> Any:
    try:
        outcome = ctx.wait_for_event("approval", 0.5, raw=True)
    except EventTimeout:
        outcome = {"deadline": True}
    return [outcome, ctx.step("escalate", lambda: "escalated")]


@worker.task("loop", raw=True)
async def loop(ctx: AsyncContext, payload: Json) -> Any:
    count = option(payload, "n", 10)
    for number in range(count):
        await ctx.step("item", lambda: number)
    return count


@worker.task("panicky", raw=True)
def panicky(ctx: Context, payload: Json) -> Any:
    def panics() -> None:
        raise RuntimeError("panic in step")

    if option(payload, "where", "body") == "step":
        return ctx.step("panics", panics)
    raise RuntimeError("panic in body")


@worker.task("typed", raw=True)
async def typed(ctx: AsyncContext, payload: Json) -> Any:
    number = payload.members().get("n", Json("null")).text
    if not re.fullmatch("-?[0-9]+", number):
        raise TypeError('payload must be {"n": integer}')
    return int(number) + 1


@worker.task("order-fulfillment", raw=True)
def order_fulfillment(ctx: Context, payload: Json) -> Any:
    order = payload.members()
    order_id = str(order["orderId"].value) if "orderId" in order else ""
    ctx.step("validate-address", lambda: "addr-" + order_id)
    transaction = ctx.step("process-payment", lambda: "txn-" + order_id, retry=RetryPolicy.exponential(3, 2.0))
    ctx.step("reserve-inventory", lambda: None)
    ctx.sleep("warehouse-settle", option(payload, "settleSecs", 1.0))
    shipment = ctx.wait_for_event("shipment-ready", 3600.0, raw=True)
    return {
        "orderId": order_id,
        "transactionId": transaction,
        "trackingNumber": shipment.members().get("trackingNumber", Json("null")),
    }


if __name__ == "__main__":
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(message)s")
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    worker.run()
