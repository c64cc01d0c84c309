/**
 * The sample handlers as a worker: `ZART_URL=http://localhost:8080 npm run samples`. They are the demo and the conformance
 * fixtures: names, steps and results are exact.
 */
import { setTimeout as pause } from "node:timers/promises";
import { EventTimeout, Json, RetryPolicy, StepFailed, Worker } from "./src/index.js";

class SampleError extends Error {
  name = "SampleError";
}

const NULL = new Json("null");
const leaseSecs = process.env.ZART_LEASE_SECS === undefined ? undefined : Number(process.env.ZART_LEASE_SECS);
const worker = new Worker({ leaseSecs });
const sample = (name, body, options) => worker.task(name, body, { ...options, raw: true });

/** A member of the payload if it has the type of the default, else the default. */
function option(payload, name, fallback) {
  const value = payload.members().get(name)?.value;
  return typeof value === typeof fallback ? value : fallback;
}

function policy(payload, kind = "fixed") {
  const retries = option(payload, "retries", 2);
  const delayMs = option(payload, "delayMs", 100);
  const asked = option(payload, "retry", kind);
  if (asked === "none") {
    return RetryPolicy.none();
  }
  return asked === "exponential" ? RetryPolicy.exponential(retries, delayMs) : RetryPolicy.fixed(retries, delayMs);
}

/** A step that fails so many attempts. */
function failing(failures, result) {
  return ({ number }) => {
    if (number < failures) {
      throw new SampleError(`boom on attempt ${number}`);
    }
    return result ?? { succeededOnAttempt: number };
  };
}

/** A step that takes a time. */
function after(ms, body) {
  return async (attempt) => {
    await pause(ms, undefined, { signal: attempt.signal });
    return body(attempt);
  };
}

sample("echo", (ctx, payload) => payload);

sample("five-steps", async (ctx) => {
  let sum = 0;
  for (let number = 1; number <= 5; number++) {
    sum += await ctx.step(`step-${number}`, () => number);
  }
  return { sum };
});

sample("approval", async (ctx, payload) => {
  const prepared = await ctx.step("prepare", () => "prepared");
  const seconds = option(payload, "timeoutSecs", -1);
  const timeoutMs = seconds === -1 ? undefined : seconds * 1000;
  const event = await ctx.waitForEvent("approval", { timeoutMs, raw: true });
  return { prepared, final: await ctx.step("finalize", () => ({ event }), { raw: true }) };
});

sample("two-events", async (ctx) => [
  await ctx.waitForEvent("first", { raw: true }),
  await ctx.waitForEvent("second", { raw: true }),
]);

sample("flaky", (ctx, payload) =>
  ctx.step("flaky-step", failing(option(payload, "failures", 2)), { retry: policy(payload) }),
);

sample("dead", (ctx, payload) => {
  const healAfter = option(payload, "healAfter", Infinity);
  const doomed = ({ number, numberInExecution }) => {
    if (numberInExecution + 1 < healAfter) {
      throw new SampleError(`boom on attempt ${number}`);
    }
    return "healed";
  };
  return ctx.step("doomed", doomed, { retry: policy(payload) });
});

sample("sleeper", async (ctx, payload) => {
  await ctx.sleep("nap", option(payload, "seconds", 1) * 1000);
  return { slept: payload.members().get("seconds") ?? 1 };
});

sample("parallel", async (ctx, payload) => {
  const ms = option(payload, "ms", 0);
  const branch = (number) => ({ name: `branch-${number}`, body: after(ms, () => number) });
  const branches = await ctx.all([1, 2, 3, 4, 5].map(branch));
  return { branches, sum: await ctx.step("join", () => branches.reduce((sum, number) => sum + number)) };
});

sample("parallel-err", async (ctx, payload) => {
  const results = await ctx.parallel([
    { name: "good", body: () => "good" },
    { name: "bad", body: failing(option(payload, "failures", 1)), retry: policy(payload, "none") },
  ]);
  return results.map((result) => (result.ok ? { ok: result.value } : { err: result.error.message }));
});

sample("mixed", async (ctx, payload) => {
  const c = await ctx.capture("captured", () => 42);
  const a = await ctx.step("alpha", ({ numberInExecution }) => `a-${numberInExecution + 1}`);
  const b = await ctx.step("beta", () => ({ from: a }));
  await ctx.sleep("pause", option(payload, "sleepMs", 50));
  return { c, a, b, g: await ctx.step("gamma", () => ({ from: b })) };
});

sample("slow", async (ctx, payload) => [
  await ctx.step("slow", after(option(payload, "ms", 3000), () => "done")),
  await ctx.step("after", () => "done2"),
]);

sample("timeouts", (ctx, payload) => {
  const limit = option(payload, "timeoutMs", 200);
  const perAttempt = option(payload, "scope", "global") === "per_attempt";
  return ctx.step("slow-step", after(option(payload, "ms", 1000), failing(option(payload, "failures", 0))), {
    retry: policy(payload),
    timeoutMs: perAttempt ? undefined : limit,
    attemptTimeoutMs: perAttempt ? limit : undefined,
  });
});

sample("deadline", (ctx, payload) => ctx.sleep("sleep", option(payload, "ms", 3000)), { deadlineMs: 1000 });

sample("catch-error", async (ctx) => {
  let handled;
  try {
    handled = await ctx.step("may-fail", failing(1));
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      throw error;
    }
    handled = { handled: error.message };
  }
  return [handled, await ctx.step("next", () => "next")];
});

sample("catch-deadline", async (ctx) => {
  let outcome;
  try {
    outcome = await ctx.waitForEvent("approval", { timeoutMs: 500, raw: true });
  } catch (error) {
    if (!(error instanceof EventTimeout)) {
      throw error;
    }
    outcome = { deadline: true };
  }
  return [outcome, await ctx.step("escalate", () => "escalated")];
});

sample("loop", async (ctx, payload) => {
  const count = option(payload, "n", 10);
  for (let number = 0; number < count; number++) {
    await ctx.step("item", () => number);
  }
  return count;
});

sample("panicky", (ctx, payload) => {
  if (option(payload, "where", "body") === "step") {
    return ctx.step("panics", () => {
      throw new Error("panic in step");
    });
  }
  throw new Error("panic in body");
});

sample("typed", (ctx, payload) => {
  const number = (payload.members().get("n") ?? NULL).text;
  if (!/^-?\d+$/.test(number)) {
    throw new TypeError('payload must be {"n": integer}');
  }
  return BigInt(number) + 1n;
});

sample("order-fulfillment", async (ctx, payload) => {
  const orderId = String(payload.members().get("orderId")?.value ?? "");
  await ctx.step("validate-address", () => `addr-${orderId}`);
  const transactionId = await ctx.step("process-payment", () => `txn-${orderId}`, { retry: RetryPolicy.exponential(3, 2000) });
  await ctx.step("reserve-inventory", () => null);
  await ctx.sleep("warehouse-settle", option(payload, "settleSecs", 1) * 1000);
  const shipment = await ctx.waitForEvent("shipment-ready", { timeoutMs: 3_600_000, raw: true });
  return { orderId, transactionId, trackingNumber: shipment.members().get("trackingNumber") ?? NULL };
});

await worker.run();
