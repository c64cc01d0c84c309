import { randomBytes, randomUUID } from "node:crypto";
import { ApiError, WaitTimeout } from "./errors.js";
import { backoffMs, Http, pause, retryAfterMs } from "./http.js";
import { encode, items, Json, members } from "./json.js";

const LONGEST_POLL_SECS = 30;
const CHILDREN_OF_A_PAGE = 100;

/** The record of an execution. */
export class Execution {
  #raw;

  constructor(text) {
    this.text = text;
    this.#raw = new Map(members(text));
  }

  raw(member) {
    return new Json(this.#raw.get(member) ?? "null");
  }

  get id() {
    return this.raw("durableExecutionId").value;
  }

  get taskName() {
    return this.raw("name").value;
  }

  get status() {
    return this.raw("status").value;
  }

  get ended() {
    return ["completed", "failed", "cancelled"].includes(this.status);
  }

  get payload() {
    return this.raw("payload").value;
  }

  get result() {
    return this.raw("result").value;
  }

  get error() {
    return this.raw("error").value;
  }

  get waiting() {
    return this.raw("waiting").value;
  }

  get parent() {
    return this.raw("parent").value;
  }

  get runIndex() {
    return this.raw("runIndex").value;
  }

  get version() {
    return this.raw("version").value;
  }
}

/**
 * A client of the public API. Every call is safe to repeat, and is repeated when the connection breaks or the service is away for
 * a moment: a start carries an id, an event carries an idempotency key.
 */
export class Client {
  #http;
  #prefix;
  #retries;

  constructor({
    url = process.env.ZART_URL ?? "http://localhost:8080",
    apiPrefix = process.env.ZART_API_PREFIX ?? "/api/v1",
    headers,
    retries = 8,
  } = {}) {
    this.#http = new Http(url, headers);
    this.#prefix = apiPrefix.replace(/\/$/, "");
    this.#retries = retries;
  }

  async start(taskName, payload, { executionId = newId(), onConflict, delaySecs, timeoutSecs, tags, waitSecs } = {}) {
    const body = encode({ executionId, taskName, payload: payload ?? null, onConflict, delaySecs, timeoutSecs, tags });
    const headers = waitSecs === undefined ? {} : { prefer: `wait=${waitSecs}` };
    return new Execution(await this.#do("POST", "/executions", { body, headers }));
  }

  async get(executionId) {
    return new Execution(await this.#do("GET", `/executions/${encodeURIComponent(executionId)}`));
  }

  async wait(executionId, { timeoutMs } = {}) {
    const path = `/executions/${encodeURIComponent(executionId)}/wait?timeoutSecs=`;
    return new Execution(await this.#poll(timeoutMs, (secs) => this.#do("GET", path + secs)));
  }

  async waitMany(ids, { mode = "all", timeoutMs } = {}) {
    const poll = (timeoutSecs) => this.#do("POST", "/executions/wait", { body: encode({ ids, mode, timeoutSecs }) });
    const text = await this.#poll(timeoutMs, poll);
    return items(new Map(members(text)).get("executions")).map((one) => new Execution(one));
  }

  async list(filters = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filters)) {
      if (value !== undefined && value !== null) {
        query.set(name, String(value));
      }
    }
    return items(await this.#do("GET", `/executions?${query}`)).map((one) => new Execution(one));
  }

  async children(executionId) {
    const found = [];
    for (;;) {
      const after = found.length === 0 ? "" : `?after=${encodeURIComponent(found[found.length - 1].id)}`;
      const page = items(await this.#do("GET", `/executions/${encodeURIComponent(executionId)}/children${after}`));
      found.push(...page.map((one) => new Execution(one)));
      if (page.length < CHILDREN_OF_A_PAGE) {
        return found;
      }
    }
  }

  async cancel(executionId) {
    await this.#do("POST", `/executions/${encodeURIComponent(executionId)}/cancel`);
  }

  async deliver(executionId, event, payload, { key = randomUUID() } = {}) {
    const path = `/events/${encodeURIComponent(executionId)}/${encodeURIComponent(event)}`;
    return JSON.parse(await this.#do("POST", path, { body: encode(payload), headers: { "idempotency-key": key } })).status;
  }

  async stats() {
    return JSON.parse(await this.#do("GET", "/stats"));
  }

  close() {
    this.#http.close();
  }

  async #poll(timeoutMs, poll) {
    const end = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
    for (;;) {
      const left = Math.max(0, end - performance.now());
      try {
        return await poll(Math.min(LONGEST_POLL_SECS, Math.ceil(left / 1000)));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 504) {
          throw error;
        }
        if (performance.now() >= end) {
          throw new WaitTimeout(error.detail, { cause: error });
        }
      }
    }
  }

  async #do(method, path, options = {}) {
    for (let tries = 0; ; tries++) {
      let answer;
      try {
        answer = await this.#http.request(method, this.#prefix + path, options);
      } catch (failure) {
        if (tries >= this.#retries) {
          throw failure;
        }
      }
      const again = answer === undefined || answer.status === 429 || answer.status === 503;
      if (!again || tries >= this.#retries) {
        return read(answer);
      }
      await pause(Math.max(retryAfterMs(answer) ?? 0, tries > 0 || answer === undefined ? backoffMs(tries) : 0));
    }
  }
}

function read(answer) {
  if (answer.status >= 200 && answer.status < 300) {
    return answer.text;
  }
  let problem;
  try {
    problem = JSON.parse(answer.text);
  } catch {
    problem = undefined;
  }
  const detail = problem?.detail ?? problem?.error ?? (answer.text.slice(0, 500) || "no details");
  throw new ApiError(answer.status, problem?.code, detail, problem, retryAfterMs(answer));
}

/** A UUIDv7: ids that follow one another in time are near one another in the indexes of the database. */
function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
