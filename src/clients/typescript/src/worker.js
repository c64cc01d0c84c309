import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Activation } from "./activation.js";
import { Context } from "./context.js";
import { backoffMs, Http, pause, retryAfterMs } from "./http.js";
import { encode, items, members } from "./json.js";
import { Outbox } from "./outbox.js";
import { Task } from "./task.js";

const CLAIM_MOST = 100;
const CLAIM_WAIT_SECS = 30;

/** Runs the handlers of task names for a service. */
export class Worker {
  constructor(options = {}) {
    this.url = options.url ?? process.env.ZART_URL ?? "http://localhost:8080";
    this.workerId = options.workerId ?? `${hostname().slice(0, 100)}-${process.pid}-${randomUUID().slice(0, 8)}`;
    this.options = { maxTasks: 100, graceMs: 10_000, apiPrefix: process.env.ZART_API_PREFIX ?? "/api/v1", lanes: 2, log: console, ...options };
    this.handlers = new Map();
    this.stops = 0;
  }

  task(name, body, { deadlineMs, raw = false, onFailure } = {}) {
    if (this.handlers.has(name)) {
      throw new TypeError(`the task '${name}' has a handler already`);
    }
    this.handlers.set(name, { body, deadlineMs, raw, onFailure });
    return this;
  }

  async run({ handleSignals = true } = {}) {
    if (this.handlers.size === 0) {
      throw new TypeError("the worker has no handlers");
    }
    this.session = new Session(this);
    const stop = () => this.stop();
    const signals = handleSignals ? ["SIGTERM", "SIGINT"] : [];
    signals.forEach((signal) => process.on(signal, stop));
    try {
      if (this.stops === 0) {
        this.options.log.info(`worker ${this.workerId} serves ${[...this.handlers.keys()].join(", ")} at ${this.url}`);
        await this.session.serve();
      }
    } finally {
      signals.forEach((signal) => process.off(signal, stop));
    }
  }

  stop() {
    this.stops++;
    this.session?.stop(this.stops > 1);
  }
}

/** One run of a worker. */
class Session {
  constructor(worker) {
    const { apiPrefix, headers, leaseSecs, lanes, log } = worker.options;
    this.worker = worker;
    this.log = log;
    this.http = new Http(worker.url, headers);
    const lease = leaseSecs === undefined ? "" : `,"leaseSecs":${encode(leaseSecs)}`;
    this.leaseMember = lease.slice(1);
    this.envelope = `{"workerId":${encode(worker.workerId)},"taskNames":${encode([...worker.handlers.keys()])}${lease}`;
    const path = `${apiPrefix.replace(/\/$/, "")}/worker/`;
    this.claimPath = `${path}claim`;
    this.outbox = new Outbox({
      http: this.http,
      path: `${path}commands`,
      envelope: this.envelope,
      lanes,
      claims: (freed) => this.#along(freed),
      onTasks: (tasks, asked) => this.#taken(tasks, asked),
      log,
    });
    this.active = new Set();
    this.reserved = 0;
    this.asked = 0;
    this.stopping = new AbortController();
    this.hurrying = new Promise((resolve) => (this.hurry = resolve));
    this.#closeGate();
  }

  stop(hurry) {
    this.stopping.abort();
    if (hurry) {
      this.hurry();
    }
  }

  async serve() {
    const heart = this.#heartbeats();
    try {
      await this.#claimLoop();
      await this.#drain();
    } finally {
      this.ended = true;
      clearTimeout(this.heartTimer);
      this.wakeHeart?.();
      await heart;
      [...this.active].forEach((activation) => activation.lost("stopped"));
      this.outbox.close();
      this.http.close();
    }
  }

  async #drain() {
    this.log.info(`stopping: ${this.active.size} tasks in work`);
    let timer;
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, this.worker.options.graceMs)));
    await Promise.race([this.#untilIdle(), grace, this.hurrying]);
    clearTimeout(timer);
    if (this.active.size > 0) {
      this.log.info(`${this.active.size} tasks are handed back`);
      const released = Promise.all([...this.active].map((activation) => activation.release())).then(() => this.#untilIdle());
      await Promise.race([released, new Promise((resolve) => (timer = setTimeout(resolve, 5_000)))]);
      clearTimeout(timer);
    }
  }

  async #untilIdle() {
    while (this.active.size + this.asked > 0) {
      await this.gate;
    }
  }

  #closeGate() {
    this.gate = new Promise((resolve) => (this.openGate = resolve));
  }

  #roomChanged() {
    this.openGate();
    this.#closeGate();
  }

  #places() {
    return Math.max(0, this.worker.options.maxTasks - this.active.size - this.reserved - this.asked);
  }

  async #claimLoop() {
    const signal = this.stopping.signal;
    const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    let tries = 0;
    while (!signal.aborted) {
      const places = Math.min(CLAIM_MOST, this.#places());
      if (places === 0) {
        await Promise.race([this.gate, stopped]);
        continue;
      }
      this.reserved = places;
      let delay = 0;
      try {
        const body = `${this.envelope},"maxTasks":${places},"waitSecs":${CLAIM_WAIT_SECS}}`;
        // Closing the connection of a waiting claim gives the place up; tasks that were on their way go back.
        const answer = await this.http.request("POST", this.claimPath, { body, timeoutMs: (CLAIM_WAIT_SECS + 30) * 1000, signal });
        this.reserved = 0;
        if (answer.status === 200) {
          tries = 0;
          items(new Map(members(answer.text)).get("tasks")).forEach((task) => this.#begin(task));
        } else {
          if (answer.status !== 429 && answer.status !== 503) {
            this.log.error(`claim refused: ${answer.status} ${answer.text.slice(0, 500)}`);
          }
          const asked = retryAfterMs(answer);
          delay = asked === undefined || tries > 0 ? Math.max(asked ?? 0, backoffMs(tries)) : asked;
          tries++;
        }
      } catch (failure) {
        if (!signal.aborted) {
          this.log.warn(`claim got no answer: ${failure.message}`);
        }
        delay = backoffMs(tries++);
      } finally {
        this.reserved = 0;
      }
      if (delay > 0) {
        await Promise.race([pause(delay), stopped]);
      }
    }
  }

  /** How many tasks to ask for along with commands: none while a claim waits, for then nothing is due. */
  #along(freed) {
    if (this.reserved > 0 || this.stopping.signal.aborted) {
      return 0;
    }
    const asked = Math.min(CLAIM_MOST, this.#places() + freed);
    this.asked += asked;
    return asked;
  }

  #taken(tasks, asked) {
    this.asked -= asked;
    tasks.forEach((task) => this.#begin(task));
    this.#roomChanged();
  }

  #begin(text) {
    const task = new Task(text);
    const handler = this.worker.handlers.get(task.taskName);
    const onEnd = (activation) => {
      this.active.delete(activation);
      this.#roomChanged();
    };
    const activation = new Activation({ task, outbox: this.outbox, deadlineMs: handler?.deadlineMs, onEnd, log: this.log });
    this.active.add(activation);
    if (handler === undefined || this.stopping.signal.aborted) {
      void activation.release();
      return;
    }
    const payload = () => (handler.raw ? task.payload : task.payload.value);
    const hook = handler.onFailure && (async (error) => handler.onFailure(payload(), error));
    activation.run(async () => handler.body(new Context(activation), payload()), hook).catch((error) => this.log.error(error));
  }

  async #heartbeats() {
    while (!this.ended) {
      const lease = Math.min(3000, ...[...this.active].map((activation) => activation.task.leaseMs));
      await new Promise((resolve) => {
        this.wakeHeart = resolve;
        this.heartTimer = setTimeout(resolve, Math.min(1000, Math.max(20, lease / 6)));
      });
      const now = performance.now();
      for (const activation of this.active) {
        if (activation.over === undefined && now - activation.renewed >= activation.task.leaseMs / 6) {
          activation.renewed = now;
          void this.outbox.send(activation.command("extend", this.leaseMember)).then((verdict) => renewed(activation, verdict));
        }
      }
    }
  }
}

function renewed(activation, verdict) {
  if (verdict.kind === "lease-lost" || verdict.kind === "cancelled") {
    activation.lost(verdict.kind);
  } else if (verdict.kind === "ok") {
    activation.task.leaseMs = verdict.get("expiresInMs") ?? activation.task.leaseMs;
    activation.pausedNow(verdict);
  }
}
