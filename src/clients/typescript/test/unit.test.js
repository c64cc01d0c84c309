/** Tests that need no server: JSON to the letter, retry policies, globs, and the replay against the protocol in memory. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { matches } from "../src/glob.js";
import { backoffMs, retryAfterMs } from "../src/http.js";
import * as zart from "../src/index.js";
import { encode, items, members } from "../src/json.js";
import { run, step } from "./fake.js";

const { EventTimeout, Json, RetryPolicy, StepFailed } = zart;

test("raw parts are sent to the letter", () => {
  const raw = new Json('{"b":1e3,"a":1.50,"b":12345678901234567890123}');
  assert.equal(
    encode([raw, { x: new Json("1.0"), y: 2n ** 64n }]),
    '[{"b":1e3,"a":1.50,"b":12345678901234567890123},{"x":1.0,"y":18446744073709551616}]',
  );
  assert.equal(encode(undefined), "null");
});

test("a string that looks like a mark stays", () => {
  const text = "\ue000zart-raw-0\ue000";
  assert.equal(encode({ raw: new Json("1"), text }), `{"raw":1,"text":"${text}"}`);
});

test("members and items are slices", () => {
  assert.deepEqual(members('{ "a" : {"x":"}"} , "b\\n":[1, 2],"c":1e3 }'), [
    ["a", '{"x":"}"}'],
    ["b\n", "[1, 2]"],
    ["c", "1e3"],
  ]);
  assert.deepEqual(items('[1.0 , "\\\\\\"]" , []]'), ["1.0", '"\\\\\\"]"', "[]"]);
  assert.deepEqual([members("{}"), items("[ ]")], [[], []]);
  assert.throws(() => items("[[1"), SyntaxError);
});

test("fixed delays stay, exponential ones double up to the bound, jitter shortens", () => {
  const delays = (policy, failures) => failures.map((count) => policy.delayAfter(count));
  assert.deepEqual(delays(RetryPolicy.fixed(2, 500), [1, 2, 3]), [500, 500, 500]);
  assert.deepEqual(delays(RetryPolicy.exponential(9, 1, { maxDelayMs: 5 }), [1, 2, 3, 4, 5000]), [1, 2, 4, 5, 5]);
  for (let i = 0; i < 100; i++) {
    const delay = RetryPolicy.fixed(1, 100, { jitter: 0.2 }).delayAfter(1);
    assert.ok(delay >= 80 && delay <= 100);
  }
});

test("the number of retries and final errors end it", () => {
  const policy = RetryPolicy.fixed(2, 0, { nonRetryable: [RangeError] });
  assert.ok(policy.allows(2, new Error()));
  assert.ok(!policy.allows(3, new Error()));
  assert.ok(!policy.allows(1, new RangeError()));
  assert.ok(!RetryPolicy.none().allows(1, new Error()));
});

test("globs", () => {
  for (const [glob, name, expected] of [
    ["charge-*", "charge-card", true],
    ["charge-?", "charge-ab", false],
    ["[a-c]1", "b1", true],
    ["[!a-c]1", "b1", false],
    ["{pay,ship}-*", "ship-now", true],
    ["a.b", "axb", false],
    ["A", "a", false],
  ]) {
    assert.equal(matches(glob, name), expected, `${glob} ${name}`);
  }
});

test("Retry-After is a number or a date; the back-off grows to two seconds", () => {
  const after = (value) => retryAfterMs({ headers: { "retry-after": value } });
  assert.equal(after("2"), 2000);
  assert.equal(after("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  assert.equal(after("soon"), undefined);
  assert.ok(backoffMs(0) <= 50 && backoffMs(99) >= 1000 && backoffMs(99) <= 2000);
});

test("steps run and are recorded in order", async () => {
  const sent = await run(async (ctx) => [await ctx.step("a", () => 1), await ctx.step("b", async () => [2])]);
  assert.deepEqual(sent.types, ["step-completed", "step-completed", "complete"]);
  assert.deepEqual(
    sent.commands.map((command) => command.position),
    [0, 1, undefined],
  );
  assert.deepEqual(sent.only("complete").result, [1, [2]]);
});

test("recorded steps do not run again", async () => {
  const body = async (ctx) => [await ctx.step("a", () => assert.fail("ran again")), await ctx.step("b", () => 2)];
  const sent = await run(body, { steps: [step("a", { result: "old" })] });
  assert.deepEqual(sent.types, ["step-completed", "complete"]);
  assert.deepEqual(sent.only("complete").result, ["old", 2]);
});

test("the outcome recorded before wins", async () => {
  const answers = ({ type }) =>
    type === "step-completed" ? { verdict: "already-recorded", step: step("a", { result: "theirs" }) } : undefined;
  assert.equal((await run((ctx) => ctx.step("a", () => "mine"), { answers })).only("complete").result, "theirs");
});

test("a name used again gets a number", async () => {
  const sent = await run(async (ctx) => {
    for (let i = 0; i < 3; i++) {
      await ctx.step("item", () => i);
    }
  });
  assert.deepEqual(
    sent.commands.map((command) => command.name),
    ["item", "item#2", "item#3", undefined],
  );
});

test("a failed step is tried again here after a short delay", async () => {
  const flaky = ({ number, numberInExecution }) => {
    if (number < 2) {
      throw new RangeError(`no ${number}`);
    }
    return numberInExecution;
  };
  const sent = await run((ctx) => ctx.step("s", flaky, { retry: RetryPolicy.fixed(2, 1) }), { earlierAttempts: { s: 5 } });
  assert.deepEqual(sent.types, ["step-failed", "step-failed", "step-completed", "complete"]);
  assert.deepEqual(sent.commands[1].error, { message: "no 1", type: "RangeError" });
  assert.deepEqual([sent.commands[1].attempt, sent.commands[1].failures], [2, 2]);
  assert.equal(sent.only("complete").result, 7);
});

const fails = () => {
  throw new Error("no");
};

test("a far retry parks", async () => {
  const sent = await run((ctx) => ctx.step("s", fails, { retry: RetryPolicy.fixed(2, 60_000) }));
  assert.deepEqual(sent.types, ["step-failed", "park"]);
  assert.deepEqual(sent.commands[0].retry, { afterMs: 60000 });
  assert.equal(sent.commands[1].waits[0].kind, "retry");
});

test("a dead step throws and may be caught", async () => {
  const body = async (ctx) => {
    try {
      return await ctx.step("s", fails);
    } catch (error) {
      assert.ok(error instanceof StepFailed);
      return [error.step, error.message, error.errorType];
    }
  };
  const sent = await run(body);
  assert.equal(sent.only("step-failed").retry, "never");
  assert.deepEqual(sent.only("complete").result, ["s", "no", "Error"]);
  const dead = step("s", { status: "dead", error: { message: "m", type: "T" } });
  assert.deepEqual((await run(body, { steps: [dead] })).only("complete").result, ["s", "m", "T"]);
});

test("an error of a step fails the run and names it", async () => {
  const sent = await run((ctx) => ctx.step("s", fails));
  assert.deepEqual(sent.only("fail").error, { message: "no", type: "Error", step: "s" });
});

test("a time-out over all attempts is final, one of an attempt follows the policy", async () => {
  let aborted = false;
  const slow = async ({ signal }) => {
    signal.addEventListener("abort", () => (aborted = true));
    await pause(300);
  };
  const retry = RetryPolicy.fixed(1, 0);
  const final = await run((ctx) => ctx.step("s", slow, { retry, timeoutMs: 20 }));
  assert.deepEqual(final.types, ["step-failed", "fail"]);
  assert.match(final.only("fail").error.message, /timed out after 20 ms/);
  assert.ok(aborted);
  const tried = await run((ctx) => ctx.step("s", slow, { retry, attemptTimeoutMs: 20 }));
  assert.deepEqual(tried.types, ["step-failed", "step-failed", "fail"]);
});

test("branches share a group and wait together", async () => {
  const sent = await run((ctx) =>
    ctx.parallel([
      { name: "a", body: fails, retry: RetryPolicy.fixed(1, 60_000) },
      { name: "b", body: fails, retry: RetryPolicy.fixed(1, 90_000) },
      { name: "c", body: () => 3 },
    ]),
  );
  const places = sent.commands.slice(0, 3).map(({ name, position, group }) => [name, position, group]);
  assert.deepEqual(places.sort(), [
    ["a", 0, 0],
    ["b", 1, 0],
    ["c", 2, 0],
  ]);
  assert.deepEqual(
    sent.only("park").waits.map((wait) => wait.name),
    ["a", "b"],
  );
});

test("waits are parked once the body has nothing else to do", async () => {
  const sent = await run(async (ctx) => {
    const chain = async () => [await ctx.step("one", () => 1), await ctx.step("two", () => 2)];
    return Promise.all([ctx.sleep("nap", 60_000), chain(), ctx.waitForEvent("go", { timeoutMs: 5000 })]);
  });
  assert.deepEqual(sent.types, ["step-completed", "step-completed", "park"]);
  const [nap, go] = sent.only("park").waits;
  assert.ok(Math.abs(nap.durationMs - 60_000) < 2000);
  assert.ok(Math.abs(go.timeoutSecs - 5) < 2);
});

test("a park that is refused lets the body go on", async () => {
  const answers = ({ type }) =>
    type === "park" ? { verdict: "ok", parked: false, steps: [step("go", { result: new Json("1.50") })] } : undefined;
  let seen;
  const sent = await run(async (ctx) => (seen = await ctx.waitForEvent("go", { raw: true })), { answers });
  assert.deepEqual(sent.types, ["park", "complete"]);
  assert.equal(seen.text, "1.50");
});

test("a wait that timed out throws", async () => {
  const dead = step("go", { status: "dead", error: { message: "late", type: "EventTimeoutException" } });
  const body = (ctx) => ctx.waitForEvent("go").catch((error) => error instanceof EventTimeout && error.message);
  assert.equal((await run(body, { steps: [dead] })).only("complete").result, "late");
});

test("a short sleep is slept here and recorded", async () => {
  const sent = await run((ctx) => ctx.sleep("nap", 5));
  assert.deepEqual(sent.types, ["step-completed", "complete"]);
  assert.equal(sent.commands[0].kind, "sleep");
});

test("a lost lease ends the body without another word", async () => {
  for (const verdict of ["lease-lost", "cancelled"]) {
    let went = false;
    const body = async (ctx) => {
      await ctx.step("a", () => 1);
      went = true;
    };
    assert.deepEqual((await run(body, { answers: () => ({ verdict, reason: "r" }) })).types, ["step-completed"]);
    await pause(5);
    assert.ok(!went);
  }
});

test("a refused command fails the run with the reason", async () => {
  const answers = ({ type }) => (type === "step-completed" ? { verdict: "invalid", reason: "too deep" } : undefined);
  assert.match((await run((ctx) => ctx.step("a", () => 1), { answers })).only("fail").error.message, /too deep/);
});

test("the deadline of a task fails its run, and bounds its parks", async () => {
  const slow = await run((ctx) => ctx.step("s", () => pause(300)), { deadlineMs: 20 });
  assert.deepEqual(slow.only("fail").error, { message: "run deadline exceeded", type: "DeadlineExceeded" });
  assert.deepEqual((await run(() => 1, { deadlineMs: 1000, spentMs: 1000 })).types, ["fail"]);
  assert.ok((await run((ctx) => ctx.sleep("nap", 60_000), { deadlineMs: 5000 })).only("park").wakeWithinMs <= 5000);
});

test("a paused step is held", async () => {
  const body = async (ctx) => {
    await ctx.step("a", () => 1);
    await ctx.step("charge", () => assert.fail("started"));
  };
  const sent = await run(body, { pausedSteps: ["ch*"] });
  assert.deepEqual(sent.types, ["step-completed", "park"]);
  assert.deepEqual(sent.only("park").waits, [{ kind: "paused", name: "charge" }]);
});

test("a held step starts when its pause is over", async () => {
  const over = { verdict: "ok", parked: false, steps: [], pausedSteps: [] };
  const answers = ({ type }) => (type === "park" ? over : undefined);
  const sent = await run((ctx) => ctx.step("charge", () => "charged"), { answers, pausedSteps: ["*"] });
  assert.deepEqual(sent.types, ["park", "step-completed", "complete"]);
});

test("a pause that begins meanwhile holds the next step", async () => {
  const answers = ({ type }) => (type === "step-completed" ? { verdict: "ok", pausedSteps: ["n*"] } : undefined);
  const body = async (ctx) => {
    await ctx.step("a", () => 1);
    await ctx.sleep("nap", 5);
  };
  assert.deepEqual((await run(body, { answers })).types, ["step-completed", "park"]);
});

test("a captured value stays", async () => {
  const body = (ctx) => ctx.capture("c", () => 42);
  const sent = await run(body);
  assert.deepEqual([sent.types, sent.commands[0].value], [["capture", "complete"], 42]);
  assert.equal((await run(body, { steps: [step("c", { result: 7 })] })).only("complete").result, 7);
});

test("the trace of the task is known to the body", async () => {
  const body = (ctx) => [ctx.traceparent];
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  assert.deepEqual((await run(body, { traceparent })).only("complete").result, [traceparent]);
  assert.deepEqual((await run(body)).only("complete").result, [null]);
});

test("a child is started once and waited for", async () => {
  const ended = [{ executionId: "child-1", status: "completed", result: 9, error: null }];
  const answers = ({ type }) =>
    ({
      "start-child": { verdict: "ok", step: step("ship", { result: "child-1" }) },
      park: { verdict: "ok", parked: false, steps: [step("ship.result", { result: ended })] },
    })[type];
  const sent = await run((ctx) => ctx.child("ship", "shipping", { n: 1 }), { answers });
  assert.equal(sent.only("start-child").taskName, "shipping");
  assert.deepEqual(sent.only("park").waits[0].children, ["child-1"]);
  assert.equal(sent.only("complete").result, 9);
});

test("the types declare every class and method that there is", () => {
  const types = readFileSync(new URL("../src/index.d.ts", import.meta.url), "utf8");
  for (const [name, exported] of Object.entries(zart)) {
    const begin = types.search(new RegExp(`^export class ${name}\\b`, "m"));
    assert.ok(begin >= 0, name);
    const declared = types.slice(begin).match(/\{[^]*?\}$/m)[0];
    const parts = [...Object.getOwnPropertyNames(exported.prototype), ...Object.getOwnPropertyNames(exported)];
    for (const part of parts.filter((one) => !["constructor", "length", "name", "prototype"].includes(one))) {
      assert.match(declared, new RegExp(`\\b${part}\\b`), `${name}.${part}`);
    }
  }
});
