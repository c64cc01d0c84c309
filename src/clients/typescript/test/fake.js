/** The protocol in memory, for tests of the replay: an outbox that notes commands and gives verdicts. */
import { Activation } from "../src/activation.js";
import { Context } from "../src/context.js";
import { encode } from "../src/json.js";
import { Verdict } from "../src/outbox.js";
import { Task } from "../src/task.js";

export function step(name, members = {}) {
  return { name, kind: "step", status: "completed", result: null, error: null, attempts: 1, ...members };
}

/** Runs an activation of a body to its end; the commands that it sent. */
export async function run(body, { answers = () => undefined, deadlineMs, ...members } = {}) {
  const commands = [];
  const outbox = {
    async send(text) {
      const command = JSON.parse(text);
      commands.push(command);
      const parked = { verdict: "ok", parked: true, steps: [] };
      return Verdict.parse(encode(answers(command) ?? (command.type === "park" ? parked : { verdict: "ok" })));
    },
  };
  const task = {
    executionId: "x",
    runId: "x:run:0",
    runIndex: 0,
    taskName: "t",
    payload: null,
    lease: { token: "0.1", expiresInMs: 15000 },
    spentMs: 0,
    attempt: 1,
    steps: [],
    earlierAttempts: {},
    pausedSteps: [],
    ...members,
  };
  const log = { info() {}, warn() {}, error() {} };
  await new Promise((onEnd) => {
    const activation = new Activation({ task: new Task(encode(task)), outbox, deadlineMs, onEnd, log });
    void activation.run(async () => body(new Context(activation)));
  });
  return {
    commands,
    types: commands.map((command) => command.type),
    only: (type) => {
      const found = commands.filter((command) => command.type === type);
      if (found.length !== 1) {
        throw new Error(`${found.length} commands ${type}`);
      }
      return found[0];
    },
  };
}
