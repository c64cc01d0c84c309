import { randomUUID } from "node:crypto";
import { ChildFailed, StepFailed } from "./errors.js";
import { encode } from "./json.js";

/** What a body can do. A name that is used again in a run gets `#2`, `#3`, …. */
export class Context {
  #activation;

  constructor(activation) {
    this.#activation = activation;
    const { executionId, runId, runIndex, taskName, payload, traceparent } = activation.task;
    Object.assign(this, { executionId, runId, runIndex, taskName, payload, traceparent });
    this.signal = activation.abort.signal;
  }

  get cancelled() {
    return this.#activation.over !== undefined;
  }

  get msLeft() {
    const ends = [this.#activation.task.deadline, this.#activation.ownDeadline].filter((end) => end !== undefined);
    return ends.length === 0 ? undefined : Math.min(...ends) - performance.now();
  }

  async step(name, body, options = {}) {
    return given(await this.#activation.step(this.#activation.place(name), body, options), options.raw);
  }

  async parallel(branches, { raw = false } = {}) {
    const group = this.#activation.group();
    const places = branches.map((branch) => this.#activation.place(branch.name, group));
    const run = async (branch, index) => {
      try {
        return { ok: true, value: given(await this.#activation.step(places[index], branch.body, branch), raw) };
      } catch (error) {
        if (error instanceof StepFailed) {
          return { ok: false, error };
        }
        throw error;
      }
    };
    return Promise.all(branches.map(run));
  }

  async all(branches, options) {
    const results = await this.parallel(branches, options);
    const failed = results.find((result) => !result.ok);
    if (failed) {
      throw failed.error;
    }
    return results.map((result) => result.value);
  }

  async sleep(name, ms) {
    await this.#activation.sleep(this.#activation.place(name), ms);
  }

  async sleepUntil(name, when) {
    await this.sleep(name, Math.max(0, when.getTime() - Date.now()));
  }

  async waitForEvent(name, { timeoutMs, raw } = {}) {
    return given(await this.#activation.event(this.#activation.place(name), timeoutMs), raw);
  }

  async capture(name, value, { raw } = {}) {
    return given(await this.#activation.capture(this.#activation.place(name), value), raw);
  }

  async now() {
    return new Date(await this.capture("now", () => Date.now()));
  }

  random() {
    return this.capture("random", () => Math.random());
  }

  uuid() {
    return this.capture("uuid", () => randomUUID());
  }

  startChild(name, taskName, payload, { executionId, onParentCancel, delaySecs, timeoutSecs } = {}) {
    const options = Object.entries({ childId: executionId, onParentCancel, delaySecs, timeoutSecs });
    const members = options.filter(([, value]) => value !== undefined).map(([member, value]) => `,"${member}":${encode(value)}`);
    const text = `,"taskName":${encode(taskName)},"payload":${encode(payload)}${members.join("")}`;
    return this.#activation.startChild(this.#activation.place(name), text);
  }

  async waitChildren(name, children, { mode = "all", timeoutMs, raw } = {}) {
    return given(await this.#activation.children(this.#activation.place(name), children, mode, timeoutMs), raw);
  }

  async child(name, taskName, payload, options) {
    const id = await this.startChild(name, taskName, payload, options);
    const [ended] = await this.waitChildren(`${name}.result`, [id]);
    if (ended.status !== "completed") {
      throw new ChildFailed(id, ended.status, ended.error);
    }
    return ended.result;
  }
}

function given(json, raw) {
  return raw ? json : json.value;
}
