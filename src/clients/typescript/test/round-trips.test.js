/** How many requests a busy worker needs, with a service in this process whose answers take a while. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "../src/index.js";

/** Hands out tasks and accepts every command; a claim without tasks waits for ever. */
class Service {
  constructor(count) {
    this.claims = 0;
    this.batches = [];
    this.along = 0;
    this.completed = 0;
    this.left = Array.from({ length: count }, (_, index) => `e${index}`);
    this.allDone = new Promise((resolve) => (this.done = () => this.completed === count && resolve()));
    this.server = createServer((request, response) => void this.#answer(request, response));
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const url = new URL(request.url, "http://here");
    if (url.pathname.endsWith("/claim")) {
      this.claims++;
      if (this.left.length > 0) {
        await pause(5);
        response.end(JSON.stringify({ tasks: this.#take(body.maxTasks) }));
      }
      return;
    }
    this.batches.push(body.commands);
    await pause(5);
    this.completed += body.commands.filter((command) => command.type === "complete").length;
    const tasks = this.#take(Number(url.searchParams.get("claim") ?? 0));
    this.along += tasks.length;
    response.end(JSON.stringify({ verdicts: body.commands.map(() => ({ verdict: "ok" })), tasks }));
    this.done();
  }

  #take(most) {
    return this.left.splice(0, most).map((executionId) => ({
      executionId,
      runId: `${executionId}:run:0`,
      runIndex: 0,
      taskName: "task",
      payload: 1,
      lease: { token: "0.1", expiresInMs: 15_000 },
      steps: [],
    }));
  }
}

async function work(count, steps) {
  const service = new Service(count);
  await new Promise((resolve) => service.server.listen(0, "127.0.0.1", resolve));
  const log = { info() {}, warn() {}, error: console.error };
  const worker = new Worker({ url: `http://127.0.0.1:${service.server.address().port}`, maxTasks: 20, log });
  worker.task("task", async (ctx, payload) => {
    for (let number = 0; number < steps; number++) {
      await ctx.step(`step-${number}`, () => number);
    }
    return payload;
  });
  const serving = worker.run({ handleSignals: false });
  await service.allDone;
  worker.stop();
  await serving;
  service.server.closeAllConnections();
  service.server.close();
  return service;
}

test("the ends of tasks bring the next ones along", async () => {
  const service = await work(400, 0);
  assert.ok(service.claims <= 3, `${service.claims} claims: the first one, and those that wait at the end`);
  assert.ok(service.along >= 400 - 2 * 20, `${service.along} tasks came with the answers to commands`);
  assert.ok(service.batches.length <= 400 / 5, `${service.batches.length} requests for 400 tasks, 20 at a time`);
});

test("the commands of many tasks go together, and a step costs one", async () => {
  const service = await work(100, 5);
  const commands = service.batches.flat();
  assert.equal(commands.length, 100 * (5 + 1));
  assert.ok(service.batches.length <= commands.length / 5, `${service.batches.length} requests`);
});
