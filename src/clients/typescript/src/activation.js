import { DeadlineExceeded, StepFailed, StepTimeout } from "./errors.js";
import { matches } from "./glob.js";
import { pause } from "./http.js";
import { encode, items, Json } from "./json.js";
import { RetryPolicy } from "./retry.js";
import { RecordedStep } from "./task.js";

/** Milliseconds up to which the worker waits itself instead of giving the task back. */
const SHORT = 100;
const LONGEST_MESSAGE = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const NEVER = () => new Promise(() => {});

const errorOf = (error) => (error instanceof Error ? error : new Error(String(error)));
const typeOf = (error) => (error instanceof StepFailed ? error.errorType : error.name || "Error");
const rounded = (ms) => Math.round(ms * 1000) / 1000;

function errorMember(thrown, step) {
  const error = errorOf(thrown);
  const kept = { message: (error.message || typeOf(error)).slice(0, LONGEST_MESSAGE), type: typeOf(error).slice(0, 255) };
  return `"error":${encode(step === undefined ? kept : { ...kept, step })}`;
}

/** A step that the body has reached: its name, unique in the run, and its place. */
class Place {
  constructor(name, position, group, known) {
    this.name = name;
    this.known = known;
    this.json = `"name":${encode(name)},"position":${position}${group === undefined ? "" : `,"group":${group}`}`;
  }

  /** Its outcome if it has one: `{ result }`; throws its error. */
  settled() {
    return this.known !== undefined && !this.known.open ? { result: this.known.outcome() } : undefined;
  }
}

/** Something that the body waits for and nobody here works on. */
class Wait {
  constructor(kind, name, json, due, length) {
    Object.assign(this, { kind, name, json, due, length });
    this.promise = new Promise((resolve) => (this.resolve = resolve));
  }

  /** This wait as a member of a park. */
  member(now) {
    const left = this.due === undefined ? undefined : Math.max(0, this.due - now);
    const time = left === undefined ? "" : `,"${this.length}":${rounded(this.length.endsWith("Secs") ? left / 1000 : left)}`;
    return `{"kind":"${this.kind}",${this.json}${time}}`;
  }
}

/**
 * One pass of a body: recorded steps return at once, the missing ones run and are recorded. When it is over, what the body awaits
 * never settles, and the body is garbage.
 */
export class Activation {
  /** `deadlineMs`: what a run of this task name may take, or undefined. */
  constructor({ task, outbox, deadlineMs, onEnd, log }) {
    Object.assign(this, { task, outbox, onEnd, log });
    this.over = undefined;
    this.renewed = task.claimed;
    this.ownDeadline = deadlineMs === undefined ? undefined : task.claimed + deadlineMs - task.spentMs;
    this.abort = new AbortController();
    this.used = new Map();
    this.position = 0;
    this.groups = 0;
    this.working = 0;
    this.waits = new Set();
    this.settling = false;
    this.parking = false;
  }

  /** Runs the body to its end, or to where it only waits. */
  async run(body, onFailure) {
    if (this.ownDeadline !== undefined) {
      const left = this.ownDeadline - performance.now();
      if (left <= 0) {
        await this.#deadlinePassed();
        return;
      }
      this.deadlineTimer = setTimeout(() => void this.#deadlinePassed(), Math.min(left, LONGEST_TIMER));
    }
    let text;
    try {
      let result;
      try {
        result = await body();
      } catch (error) {
        if (onFailure === undefined || this.over) {
          throw error;
        }
        result = await onFailure(errorOf(error));
      }
      text = encode(result);
    } catch (error) {
      await this.#finish("fail", errorMember(error, error instanceof StepFailed ? error.step : undefined));
      return;
    }
    await this.#finish("complete", `"result":${text}`);
  }

  async #deadlinePassed() {
    await this.#finish("fail", errorMember(new DeadlineExceeded("run deadline exceeded")));
  }

  async #finish(kind, members) {
    if (this.over) {
      return;
    }
    this.#leave("ended");
    const verdict = await this.outbox.send(this.command(kind, members), true);
    if (verdict.kind === "invalid") {
      this.log.error(`${kind} of ${this.task.executionId} was refused: ${verdict.get("reason")}`);
      if (kind === "complete") {
        const error = new TypeError(`the result was refused: ${verdict.get("reason")}`);
        await this.outbox.send(this.command("fail", errorMember(error)), true);
      }
    }
    this.onEnd(this);
  }

  #leave(reason) {
    this.over = reason;
    clearTimeout(this.deadlineTimer);
    this.waits.forEach((wait) => clearTimeout(wait.timer));
    this.abort.abort(new Error(reason));
  }

  /** The lease is gone or given back: the body gets nothing more, nothing more is written. */
  lost(reason) {
    if (!this.over) {
      this.#leave(reason);
      this.onEnd(this);
    }
  }

  /** Hands the task back, not finished. */
  async release() {
    if (!this.over) {
      this.#leave("released");
      await this.outbox.send(this.command("release"), true);
      this.onEnd(this);
    }
  }

  /** Text of a command of this task. */
  command(type, members) {
    return `{"type":"${type}","executionId":${this.task.executionIdJson},"token":${this.task.tokenJson}${members ? "," + members : ""}}`;
  }

  /** Sends a command; resolves once it has taken effect, never if the task is lost. */
  async #write(type, members) {
    if (this.over) {
      return NEVER();
    }
    const verdict = await this.outbox.send(this.command(type, members));
    if (this.over) {
      return NEVER();
    }
    if (verdict.tookEffect) {
      this.pausedNow(verdict);
      return verdict;
    }
    if (verdict.kind === "invalid") {
      void this.#finish("fail", errorMember(new TypeError(`${type} was refused: ${verdict.get("reason")}`)));
    } else {
      this.lost(verdict.kind);
    }
    return NEVER();
  }

  /** The next step that the body reaches; a name used again gets `#2`, `#3`, …. */
  place(name, group) {
    const count = (this.used.get(name) ?? 0) + 1;
    this.used.set(name, count);
    const unique = count === 1 ? name : `${name}#${count}`;
    return new Place(unique, this.position++, group, this.task.steps.get(unique));
  }

  /** The number of the next parallel group. */
  group() {
    return this.groups++;
  }

  /** The recorded outcome of a step, which runs if it has none. */
  async step(place, body, { retry = RetryPolicy.none(), timeoutMs, attemptTimeoutMs } = {}) {
    const settled = place.settled();
    if (settled) {
      return settled.result;
    }
    let number = place.known?.attempts ?? 0;
    let failures = place.known?.failures ?? 0;
    const begun = place.known?.begun ?? performance.now();
    if (place.known?.due > performance.now()) {
      await this.#wait(this.#retry(place, place.known.due));
    }
    for (;;) {
      await this.#hold(place);
      number++;
      const left = timeoutMs === undefined ? undefined : Math.max(1, begun + timeoutMs - performance.now());
      const made = await this.#work(async () => {
        const outcome = await this.#attempt(place, body, number, { left, timeoutMs, attemptTimeoutMs });
        if (outcome.error === undefined) {
          const members = `${place.json},"attempt":${number},"failures":${failures},${outcome.members}`;
          return this.#recorded(await this.#write("step-completed", members)) ?? { outcome: () => outcome.result };
        }
        failures++;
        const late = outcome.final || (timeoutMs !== undefined && performance.now() - begun >= timeoutMs);
        return this.#failed(place, outcome, number, failures, late ? undefined : retry);
      });
      if (made.delay === undefined) {
        return made.outcome();
      }
      if (made.delay > SHORT) {
        await this.#wait(this.#retry(place, performance.now() + made.delay));
      }
    }
  }

  async #failed(place, { error, members }, number, failures, retry) {
    const goesOn = retry?.allows(failures, error) ?? false;
    const delay = goesOn ? Math.max(0, retry.delayAfter(failures)) : undefined;
    const next = !goesOn ? '"never"' : delay === 0 ? '"now"' : `{"afterMs":${rounded(delay)}}`;
    const head = `${place.json},"attempt":${number},"failures":${failures},${members},"retry":${next}`;
    const recorded = this.#recorded(await this.#write("step-failed", head));
    if (recorded !== undefined) {
      return recorded;
    }
    if (!goesOn) {
      return {
        outcome: () => {
          throw new StepFailed(place.name, error.message || typeOf(error), typeOf(error), { cause: error });
        },
      };
    }
    if (delay <= SHORT) {
      await pause(delay);
    }
    return { delay };
  }

  /** Makes an attempt: its result or error, and the members of the command that records it. */
  async #attempt(place, body, number, { left, timeoutMs, attemptTimeoutMs }) {
    const started = performance.now();
    const elapsed = () => `"elapsedMs":${rounded(performance.now() - started)}`;
    const abort = new AbortController();
    const end = () => abort.abort(this.abort.signal.reason);
    this.abort.signal.addEventListener("abort", end, { once: true });
    const told = `${place.json},"attempt":${number}`;
    const telling = setTimeout(() => void (this.over ?? this.outbox.send(this.command("step-started", told))), this.task.leaseMs / 3);
    const attempt = {
      number: number - 1,
      numberInExecution: number - 1 + (this.task.earlierAttempts[place.name] ?? 0),
      key: `${this.task.runId}:${place.name}`,
      signal: abort.signal,
    };
    const overAll = left !== undefined && (attemptTimeoutMs === undefined || left < attemptTimeoutMs);
    const limit = overAll ? left : attemptTimeoutMs;
    let timer;
    let timedOut = false;
    try {
      const running = (async () => body(attempt))();
      const timeOut = () => {
        timedOut = true;
        return new StepTimeout(`step '${place.name}' timed out after ${Math.round(overAll ? timeoutMs : attemptTimeoutMs)} ms`);
      };
      const value =
        limit === undefined
          ? await running
          : await Promise.race([
              running,
              new Promise((_, reject) => (timer = setTimeout(() => reject(timeOut()), Math.min(limit, LONGEST_TIMER)))),
            ]);
      const text = encode(value);
      return { result: new Json(text), members: `${elapsed()},"result":${text}` };
    } catch (thrown) {
      const error = errorOf(thrown);
      abort.abort(error);
      return { error, final: timedOut && overAll, members: `${elapsed()},${errorMember(error)}` };
    } finally {
      clearTimeout(timer);
      clearTimeout(telling);
      this.abort.signal.removeEventListener("abort", end);
    }
  }

  /** The step that was recorded before, if one was. */
  #recorded(verdict) {
    const step = verdict.kind === "already-recorded" ? verdict.raw("step") : undefined;
    const recorded = step === undefined ? undefined : new RecordedStep(step, performance.now());
    return recorded?.open ? undefined : recorded;
  }

  #retry(place, due) {
    return new Wait("retry", place.name, `"name":${encode(place.name)}`, due, "afterMs");
  }

  /** A value that is taken once. */
  async capture(place, value) {
    const settled = place.settled();
    if (settled) {
      return settled.result;
    }
    await this.#hold(place);
    return this.#work(async () => {
      const text = encode(await value());
      return this.#recorded(await this.#write("capture", `${place.json},"value":${text}`))?.outcome() ?? new Json(text);
    });
  }

  /** Starts a child, once, and gives its execution id. */
  async startChild(place, members) {
    const settled = place.settled();
    if (settled) {
      return settled.result.value;
    }
    await this.#hold(place);
    return this.#work(async () => {
      const attempt = place.known === undefined ? "" : `,"attempt":${place.known.attempts + 1}`;
      const verdict = await this.#write("start-child", place.json + members + attempt);
      const step = verdict.raw("step");
      return step === undefined ? verdict.get("childId") : new RecordedStep(step, 0).outcome().value;
    });
  }

  /** A durable sleep. */
  async sleep(place, ms) {
    const settled = place.settled();
    if (settled) {
      return settled.result;
    }
    await this.#hold(place);
    const now = performance.now();
    const due = place.known?.due ?? now + ms;
    if (due - now > SHORT) {
      const step = await this.#wait(new Wait("sleep", place.name, place.json, due, "durationMs"));
      if (step !== undefined) {
        return step.outcome();
      }
    }
    return this.#work(async () => {
      await pause(Math.max(0, due - performance.now()));
      const members = `${place.json},"kind":"sleep","elapsedMs":${rounded(performance.now() - now)},"result":null`;
      return this.#recorded(await this.#write("step-completed", members))?.outcome() ?? new Json("null");
    });
  }

  /** A wait for an event. */
  event(place, timeoutMs) {
    return this.#untilSettled("event", place, "", timeoutMs);
  }

  /** A wait for the end of children. */
  children(place, ids, mode, timeoutMs) {
    return this.#untilSettled("children", place, `,"children":${encode(ids)},"mode":"${mode}"`, timeoutMs);
  }

  async #untilSettled(kind, place, members, timeoutMs) {
    const settled = place.settled();
    if (settled) {
      return settled.result;
    }
    await this.#hold(place);
    const due = place.known ? place.known.due : timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    return (await this.#wait(new Wait(kind, place.name, place.json + members, due, "timeoutSecs"))).outcome();
  }

  /** Waits, here or parked: the settled step, or undefined when the time has come. */
  async #wait(wait) {
    if (this.over) {
      return NEVER();
    }
    if (wait.kind === "retry" || wait.kind === "sleep") {
      const due = () => {
        const left = wait.due - performance.now();
        if (left > 0) {
          wait.timer = setTimeout(due, Math.min(left, LONGEST_TIMER));
        } else if (!this.parking) {
          // While a park is on its way nobody knows whether the task is still ours.
          wait.resolve(undefined);
        }
      };
      due();
    }
    this.waits.add(wait);
    this.#changed();
    const step = await wait.promise;
    clearTimeout(wait.timer);
    this.waits.delete(wait);
    this.#changed();
    return step;
  }

  /** Holds a step that a pause rule keeps from starting, parked if there is nothing else to do. */
  async #hold(place) {
    while (this.#isPaused(place.name)) {
      await this.#wait(new Wait("paused", place.name, `"name":${encode(place.name)}`));
    }
  }

  #isPaused(name) {
    return this.task.paused.some((glob) => matches(glob, name));
  }

  /** Takes over which steps are paused from now on, if the verdict says so, and lets go of those that are not. */
  pausedNow(verdict) {
    const paused = verdict.get("pausedSteps");
    if (paused !== undefined) {
      this.task.paused = paused;
      [...this.waits].filter((wait) => wait.kind === "paused" && !this.#isPaused(wait.name)).forEach((wait) => wait.resolve());
    }
  }

  async #work(act) {
    this.working++;
    try {
      return await act();
    } finally {
      this.working--;
      this.#changed();
    }
  }

  #changed() {
    if (!this.settling && this.#onlyWaits()) {
      this.settling = true;
      // The body has its turn first: all that it begins without waiting for the world has begun by then.
      setImmediate(() => {
        this.settling = false;
        if (this.#onlyWaits()) {
          void this.#park();
        }
      });
    }
  }

  #onlyWaits() {
    return this.over === undefined && !this.parking && this.working === 0 && this.waits.size > 0;
  }

  async #park() {
    const now = performance.now();
    const waits = [...this.waits];
    const wake = this.ownDeadline === undefined ? "" : `,"wakeWithinMs":${Math.max(0, Math.round(this.ownDeadline - now))}`;
    this.parking = true;
    const verdict = await this.#write("park", `"waits":[${waits.map((wait) => wait.member(now)).join(",")}]${wake}`);
    this.parking = false;
    if (verdict.get("parked")) {
      this.lost("parked");
      return;
    }
    const after = performance.now();
    const steps = new Map(items(verdict.raw("steps") ?? "[]").map((text) => new RecordedStep(text, after)).map((step) => [step.name, step]));
    for (const wait of waits) {
      const step = steps.get(wait.name);
      if (step !== undefined && !step.open && wait.kind !== "retry") {
        wait.resolve(step);
      } else if ((wait.kind === "retry" || wait.kind === "sleep") && wait.due <= after) {
        wait.resolve(undefined);
      }
    }
    setImmediate(() => this.#changed());
  }
}
