import { backoffMs, retryAfterMs } from "./http.js";
import { encode, items, members } from "./json.js";

const MAX_COMMANDS = 1000;
const MAX_CHARACTERS = 500_000;

/** What became of a command; the members of the answer stay text until they are asked for. */
export class Verdict {
  constructor(kind, raw) {
    this.kind = kind;
    this.members = raw;
  }

  static parse(text) {
    const raw = new Map(members(text));
    return new Verdict(JSON.parse(raw.get("verdict")), raw);
  }

  /** Text of a member, undefined if it is absent or null. */
  raw(name) {
    const text = this.members.get(name);
    return text === "null" ? undefined : text;
  }

  get(name) {
    const text = this.raw(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  get tookEffect() {
    return this.kind === "ok" || this.kind === "already-recorded";
  }
}

/** Sends commands in batches: while requests are on their way, the next commands gather. */
export class Outbox {
  /**
   * `claims(freed)` says how many tasks to ask for along with a batch that frees so many places; `onTasks(tasks, asked)` gets them.
   */
  constructor({ http, path, envelope, lanes, claims, onTasks, log }) {
    Object.assign(this, { http, path, envelope, claims, onTasks, log });
    this.idleLanes = lanes;
    this.queue = [];
    this.closed = false;
  }

  /** Sends a command (its JSON text) until there is a verdict. `frees`: it ends the activation of its task. */
  send(text, frees = false) {
    return new Promise((resolve) => this.#enqueue({ text, frees, resolve, tries: 0 }));
  }

  close() {
    this.closed = true;
    this.queue.length = 0;
  }

  #enqueue(sent) {
    this.queue.push(sent);
    if (this.idleLanes > 0) {
      this.idleLanes--;
      // After this turn of the event loop, so that what other tasks send at this moment comes along.
      setImmediate(() => this.#lane());
    }
  }

  async #lane() {
    while (this.queue.length > 0) {
      await this.#flush(this.#batch());
    }
    this.idleLanes++;
  }

  #batch() {
    let count = 0;
    let size = 0;
    while (count < this.queue.length && count < MAX_COMMANDS) {
      size += this.queue[count].text.length;
      if (count > 0 && size > MAX_CHARACTERS) {
        break;
      }
      count++;
    }
    return this.queue.splice(0, count);
  }

  async #flush(batch) {
    const asked = this.claims(batch.reduce((sum, sent) => sum + (sent.frees ? 1 : 0), 0));
    let tasks = [];
    try {
      const body = `${this.envelope},"commands":[${batch.map((sent) => sent.text).join(",")}]}`;
      const answer = await this.http.request("POST", this.path + (asked > 0 ? `?claim=${asked}` : ""), { body });
      if (answer.status === 200) {
        tasks = this.#take(batch, answer.text);
      } else {
        this.#refused(batch, answer);
      }
    } catch (failure) {
      this.log.warn(`commands got no answer, they are sent again: ${failure.message}`);
      this.#again(batch, 0);
    }
    this.onTasks(tasks, asked);
  }

  #take(batch, text) {
    const parts = new Map(members(text));
    items(parts.get("verdicts")).forEach((one, index) => {
      const verdict = Verdict.parse(one);
      if (verdict.kind === "unavailable") {
        this.#again([batch[index]], 0);
      } else {
        batch[index].resolve(verdict);
      }
    });
    const tasks = parts.get("tasks");
    return tasks === undefined || tasks === "null" ? [] : items(tasks);
  }

  #refused(batch, answer) {
    if ([400, 413, 422].includes(answer.status)) {
      if (batch.length > 1) {
        // One of them is at fault: the halves find out which.
        const middle = batch.length >> 1;
        void this.#flush(batch.slice(0, middle));
        void this.#flush(batch.slice(middle));
        return;
      }
      this.log.error(`a command was refused: ${answer.status} ${answer.text.slice(0, 500)}`);
      batch[0].resolve(new Verdict("invalid", new Map([["reason", encode(`refused with status ${answer.status}`)]])));
      return;
    }
    if (answer.status !== 429 && answer.status !== 503) {
      this.log.error(`commands were refused, they are sent again: ${answer.status} ${answer.text.slice(0, 500)}`);
    }
    this.#again(batch, retryAfterMs(answer) ?? 0);
  }

  #again(batch, atLeastMs) {
    const delay = Math.max(atLeastMs, backoffMs(batch[0].tries));
    batch.forEach((sent) => sent.tries++);
    setTimeout(() => {
      if (!this.closed) {
        batch.forEach((sent) => this.#enqueue(sent));
      }
    }, delay);
  }
}
