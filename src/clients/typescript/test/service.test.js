/** Tests with a service, at `ZART_URL`; skipped without it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ApiError, Client, EventTimeout, Json, RetryPolicy, WaitTimeout, Worker } from "../src/index.js";

const url = process.env.ZART_URL;
const skip = url ? false : "ZART_URL is not set: the tests that need a service are skipped";
const unique = (name) => `${name}-${randomUUID().slice(0, 12)}`;
const log = { info() {}, warn() {}, error: console.error };
const workers = [];

describe("with a service", { skip }, () => {
  const client = new Client({ url: url ?? "http://localhost" });

  after(() => client.close());
  afterEach(async () => {
    for (const { worker, running } of workers.splice(0)) {
      worker.stop();
      await running;
    }
  });

  function serve(handlers, { raw = false, ...options } = {}) {
    const worker = new Worker({ url, leaseSecs: 5, log, ...options });
    for (const [name, body] of Object.entries(handlers)) {
      worker.task(name, body, { raw });
    }
    const running = worker.run({ handleSignals: false });
    workers.push({ worker, running });
    return { worker, running };
  }

  async function run(name, payload) {
    const { id } = await client.start(name, payload);
    return client.wait(id, { timeoutMs: 60_000 });
  }

  async function until(holds) {
    for (let i = 0; i < 1000; i++) {
      if (await holds()) {
        return;
      }
      await pause(20);
    }
    assert.fail(`never: ${holds}`);
  }

  const waitsFor = (id, kind) => until(async () => (await client.get(id)).waiting?.kind === kind);

  test("a body with steps, an event, branches and a sleep runs to its end", async () => {
    const name = unique("all");
    serve({
      [name]: async (ctx, payload) => {
        const one = await ctx.step("one", () => payload.n + 1);
        const event = await ctx.waitForEvent("go");
        const bad = () => {
          throw new Error("bad");
        };
        const results = await ctx.parallel([
          { name: "a", body: () => "a" },
          { name: "b", body: bad },
        ]);
        await ctx.sleep("nap", 300);
        return [one, event, results.map((result) => (result.ok ? result.value : result.error.message))];
      },
    });
    const { id } = await client.start(name, { n: 1 });
    await waitsFor(id, "event");
    assert.equal(await client.deliver(id, "go", { x: 1 }), "delivered");
    assert.deepEqual((await client.wait(id)).result, [2, { x: 1 }, ["a", "bad"]]);
  });

  test("payloads come back to the letter", async () => {
    const name = unique("raw");
    serve({ [name]: (ctx, payload) => ctx.step("echo", () => [payload, 2n ** 70n], { raw: true }) }, { raw: true });
    const text = '{"b":1e3,"a":[1.50,12345678901234567890123456789],"b":"ü"}';
    assert.equal((await run(name, new Json(text))).raw("result").text, `[${text},1180591620717411303424]`);
  });

  test("a step is tried again as its policy says", async () => {
    const name = unique("flaky");
    const flaky = ({ number }) => {
      if (number < 2) {
        throw new Error(`no ${number}`);
      }
      return number;
    };
    serve({ [name]: (ctx, delay) => ctx.step("flaky", flaky, { retry: RetryPolicy.fixed(2, delay) }) });
    for (const delay of [0, 10, 200]) {
      assert.equal((await run(name, delay)).result, 2);
    }
  });

  test("an event wait times out", async () => {
    const name = unique("late");
    serve({
      [name]: (ctx) => ctx.waitForEvent("never", { timeoutMs: 200 }).catch((error) => error instanceof EventTimeout && "late"),
    });
    assert.equal((await run(name)).result, "late");
  });

  test("a child is awaited", async () => {
    const [parent, child] = [unique("parent"), unique("child")];
    serve({
      [parent]: async (ctx) => [await ctx.child("one", child, 1), await ctx.child("two", child, 2)],
      [child]: (ctx, number) => ctx.step("double", () => number * 2),
    });
    const ended = await run(parent);
    assert.deepEqual(ended.result, [2, 4], ended.text);
    const children = await client.children(ended.id);
    assert.deepEqual(
      children.map((one) => one.id),
      [`${ended.id}:0:one`, `${ended.id}:0:two`],
    );
    children.forEach((one) => assert.deepEqual(one.parent, { executionId: ended.id, runIndex: 0, taskName: parent }));
  });

  test("any or all of several children are awaited, also of the service itself", async () => {
    const name = unique("family");
    serve({
      [name]: async (ctx) => {
        const quick = await ctx.startChild("quick", "echo", { n: 1 });
        const slow = await ctx.startChild("slow", "approval", {});
        const first = await ctx.waitChildren("first", [quick, slow], { mode: "any" });
        try {
          await ctx.waitChildren("both", [quick, slow], { timeoutMs: 200 });
        } catch (error) {
          assert.ok(error instanceof EventTimeout);
          await ctx.waitForEvent("go");
        }
        const both = await ctx.waitChildren("both", [quick, slow]);
        return [first.map((one) => one.executionId), both.map((one) => one.result)];
      },
    });
    const { id } = await client.start(name);
    await waitsFor(id, "event");
    await waitsFor(`${id}:0:slow`, "event");
    await client.deliver(`${id}:0:slow`, "approval", "yes");
    await client.deliver(id, "go");
    const last = { prepared: "prepared", final: { event: "yes" } };
    assert.deepEqual((await client.wait(id, { timeoutMs: 60_000 })).result, [[`${id}:0:quick`], [{ n: 1 }, last]]);
  });

  test("a cancel travels to the children that are not abandoned", async () => {
    const name = unique("cancelling");
    serve({
      [name]: async (ctx) => {
        const follows = await ctx.startChild("follows", "approval", {});
        const stays = await ctx.startChild("stays", "approval", {}, { onParentCancel: "abandon" });
        return ctx.waitChildren("both", [follows, stays]);
      },
    });
    const { id } = await client.start(name);
    await waitsFor(id, "children");
    await waitsFor(`${id}:0:stays`, "event");
    await client.cancel(id);
    assert.equal((await client.wait(`${id}:0:follows`, { timeoutMs: 60_000 })).status, "cancelled");
    await client.deliver(`${id}:0:stays`, "approval", 1);
    assert.equal((await client.wait(`${id}:0:stays`, { timeoutMs: 60_000 })).status, "completed");
  });

  test("a cancelled execution ends its step", async () => {
    const name = unique("cancelled");
    const seen = [];
    serve(
      {
        [name]: async (ctx) => {
          await ctx.step("slow", async ({ signal }) => {
            seen.push("slow");
            await pause(30_000, undefined, { signal }).catch(() => seen.push("told"));
          });
          seen.push("after");
        },
      },
      { leaseSecs: 2 },
    );
    const { id } = await client.start(name);
    await until(() => seen.length > 0);
    await client.cancel(id);
    await until(() => seen.length > 1);
    assert.equal((await client.get(id)).status, "cancelled");
    assert.deepEqual(seen, ["slow", "told"]);
  });

  test("a step longer than the lease keeps it", async () => {
    const name = unique("long");
    let runs = 0;
    serve({ [name]: (ctx) => ctx.step("slow", () => (runs++, pause(3000, "done"))) }, { leaseSecs: 1 });
    assert.equal((await run(name)).result, "done");
    assert.equal(runs, 1);
  });

  test("a stopping worker hands back what it cannot finish", async () => {
    const name = unique("handed");
    let begun = false;
    const { worker, running } = serve(
      { [name]: (ctx) => ctx.step("s", ({ signal }) => ((begun = true), pause(120_000, undefined, { signal }))) },
      { leaseSecs: 300, graceMs: 200 },
    );
    const { id } = await client.start(name);
    await until(() => begun);
    worker.stop();
    await running;
    serve({ [name]: (ctx) => ctx.step("s", () => "by another") });
    assert.equal((await client.wait(id, { timeoutMs: 60_000 })).result, "by another");
  });

  test("the client tells what is wrong", async () => {
    const status = (expected) => (error) => error instanceof ApiError && error.status === expected;
    await assert.rejects(client.get(unique("nobody")), status(404));
    const { id } = await client.start(unique("unserved"), { n: 1 }, { delaySecs: 3600 });
    await assert.rejects(client.start("another", null, { executionId: id }), status(409));
    await assert.rejects(client.wait(id, { timeoutMs: 200 }), WaitTimeout);
    assert.deepEqual(
      (await client.list({ search: id })).map((one) => one.id),
      [id],
    );
    assert.equal(await client.deliver(id, "e", 1, { key: "k" }), "buffered");
    assert.equal(await client.deliver(id, "e", 1, { key: "k" }), "duplicate");
    await client.cancel(id);
    assert.equal((await client.wait(id)).status, "cancelled");
    assert.ok((await client.stats()).cancelled > 0);
  });
});
