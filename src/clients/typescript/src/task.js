import { EventTimeout, StepFailed } from "./errors.js";
import { Json, items, members } from "./json.js";

const decoded = (raw, name, fallback) => {
  const text = raw.get(name);
  return text === undefined || text === "null" ? fallback : JSON.parse(text);
};

/** What the service knows of a step. `due` and `begun` by the monotonic clock of this process, in milliseconds. */
export class RecordedStep {
  constructor(text, now) {
    const raw = new Map(members(text));
    this.name = decoded(raw, "name");
    this.status = decoded(raw, "status");
    this.result = new Json(raw.get("result") ?? "null");
    this.error = decoded(raw, "error");
    this.attempts = decoded(raw, "attempts", 0);
    this.failures = decoded(raw, "failures", 0);
    const remaining = decoded(raw, "remainingMs");
    this.due = remaining === undefined ? undefined : now + remaining;
    this.begun = now - decoded(raw, "ageMs", 0);
  }

  get open() {
    return this.status !== "completed" && this.status !== "dead";
  }

  /** Its result; throws its error. */
  outcome() {
    if (this.status === "dead") {
      const type = this.error?.type ?? "Error";
      const Failure = type === "EventTimeoutException" ? EventTimeout : StepFailed;
      throw new Failure(this.name, this.error?.message ?? `step '${this.name}' failed`, type);
    }
    return this.result;
  }
}

/** A claimed task. */
export class Task {
  constructor(text) {
    const now = performance.now();
    const raw = new Map(members(text));
    const lease = new Map(members(raw.get("lease")));
    this.executionIdJson = raw.get("executionId");
    this.executionId = decoded(raw, "executionId");
    this.runId = decoded(raw, "runId");
    this.runIndex = decoded(raw, "runIndex");
    this.taskName = decoded(raw, "taskName");
    this.payload = new Json(raw.get("payload") ?? "null");
    this.tokenJson = lease.get("token");
    this.leaseMs = decoded(lease, "expiresInMs", 0);
    this.attempt = decoded(raw, "attempt", 1);
    this.spentMs = decoded(raw, "spentMs", 0);
    const deadline = decoded(raw, "deadlineInMs");
    this.deadline = deadline === undefined ? undefined : now + deadline;
    this.claimed = now;
    this.steps = new Map();
    for (const step of items(raw.get("steps") ?? "[]")) {
      const recorded = new RecordedStep(step, now);
      this.steps.set(recorded.name, recorded);
    }
    this.earlierAttempts = decoded(raw, "earlierAttempts", {});
    this.paused = decoded(raw, "pausedSteps", []);
    this.traceparent = decoded(raw, "traceparent");
  }
}
