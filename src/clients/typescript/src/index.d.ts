/** Workers and clients of a Zart server: durable executions over HTTP. */

/** A JSON value as text. It is sent exactly as it is, also inside of arrays and objects. */
export class Json {
  constructor(text: string);
  readonly text: string;
  /** The decoded value, decoded anew each time. */
  get value(): any;
  /** The members of an object, each to the letter, the last one of a name; empty for another value. */
  members(): Map<string, Json>;
  /** The items of an array, each to the letter; empty for another value. */
  items(): Json[];
  toString(): string;
  toJSON(): unknown;
}

export interface RetryOptions {
  /** Attempts after the first one. */
  retries?: number;
  /** Before the first retry. */
  delayMs?: number;
  /** By which the delay grows with each retry. */
  factor?: number;
  /** Bound of the delay; a day. */
  maxDelayMs?: number;
  /** Share of the delay, 0 to 1, by which it is randomly shortened. */
  jitter?: number;
  /** Classes of errors that are final at once. */
  nonRetryable?: ReadonlyArray<abstract new (...args: any[]) => unknown>;
}

/** When a failed attempt is followed by another. */
export class RetryPolicy implements Readonly<Required<RetryOptions>> {
  constructor(options?: RetryOptions);
  /** No second attempt. */
  static none(): RetryPolicy;
  /** So many retries, each after the same delay. */
  static fixed(retries: number, delayMs: number, more?: RetryOptions): RetryPolicy;
  /** So many retries, each after twice the delay of the one before. */
  static exponential(retries: number, delayMs: number, more?: RetryOptions): RetryPolicy;
  readonly retries: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  readonly nonRetryable: ReadonlyArray<abstract new (...args: any[]) => unknown>;
  /** Whether another attempt follows after so many failures, the last with that error. */
  allows(failures: number, error: unknown): boolean;
  /** Milliseconds before the next attempt after so many failures (from 1). */
  delayAfter(failures: number): number;
}

/** What a step knows of the try that it is. */
export interface Attempt {
  /** Tries of this step before this one in the run. */
  readonly number: number;
  /** The same over all runs of the execution. */
  readonly numberInExecution: number;
  /** An idempotency key for calls to other systems: the same in every try of this step in this run. */
  readonly key: string;
  /** Aborted when the result is not wanted any more: cancelled, lease lost, timed out. */
  readonly signal: AbortSignal;
}

export type StepBody<T> = (attempt: Attempt) => T | Promise<T>;

export interface StepOptions {
  /** Tried once without it. */
  retry?: RetryPolicy;
  /** Time over all attempts; passing it is final. */
  timeoutMs?: number;
  /** Time of one attempt, which has then failed. */
  attemptTimeoutMs?: number;
}

export interface Branch<T = any> extends StepOptions {
  name: string;
  body: StepBody<T>;
}

export type BranchResult<T = any> = { ok: true; value: T } | { ok: false; error: StepFailed };

export interface ChildOptions {
  /** Default: made from the parent's id, run and the step's name. */
  executionId?: string;
  /** What becomes of it when the parent is cancelled. Default `cancel`. */
  onParentCancel?: "cancel" | "abandon";
  delaySecs?: number;
  timeoutSecs?: number;
}

export interface ChildEnd {
  executionId: string;
  status: "completed" | "failed" | "cancelled";
  result: any;
  error: ExecutionError | null;
}

/** What a body can do. A name that is used again in a run gets `#2`, `#3`, …. */
export class Context {
  private constructor();
  readonly executionId: string;
  readonly runId: string;
  readonly runIndex: number;
  readonly taskName: string;
  /** The payload, to the letter. */
  readonly payload: Json;
  /** The W3C trace context for spans of one's own; undefined while the service exports no traces. */
  readonly traceparent: string | undefined;
  /** Aborted when the activation is over. */
  readonly signal: AbortSignal;
  /** Whether the task is known to be lost or cancelled. */
  get cancelled(): boolean;
  /** Milliseconds until the deadline of the run, undefined if it has none. */
  get msLeft(): number | undefined;
  /** Runs `body` once and records its result, which must be JSON. Rejects with `StepFailed` when the step is dead. */
  step<T>(name: string, body: StepBody<T>, options?: StepOptions & { raw?: false }): Promise<T>;
  step(name: string, body: StepBody<unknown>, options: StepOptions & { raw: true }): Promise<Json>;
  /** Runs steps at the same time; the results in the order of the branches, once all have ended. */
  parallel<T = any>(branches: ReadonlyArray<Branch<T>>, options?: { raw?: boolean }): Promise<BranchResult<T>[]>;
  /** As `parallel`, but the values; rejects with the first error in the order of the branches, once all have ended. */
  all<T = any>(branches: ReadonlyArray<Branch<T>>, options?: { raw?: boolean }): Promise<T[]>;
  /** A durable sleep: the worker may end meanwhile. */
  sleep(name: string, ms: number): Promise<void>;
  sleepUntil(name: string, when: Date): Promise<void>;
  /** Waits for an event and gives its payload. Rejects with `EventTimeout` when the time-out passes. */
  waitForEvent<T = any>(name: string, options?: { timeoutMs?: number; raw?: false }): Promise<T>;
  waitForEvent(name: string, options: { timeoutMs?: number; raw: true }): Promise<Json>;
  /** A value that is taken once and is the same in every later pass of the body. */
  capture<T>(name: string, value: () => T | Promise<T>, options?: { raw?: false }): Promise<T>;
  capture(name: string, value: () => unknown, options: { raw: true }): Promise<Json>;
  /** The time, captured. */
  now(): Promise<Date>;
  /** A random number, captured. */
  random(): Promise<number>;
  /** A random UUID, captured. */
  uuid(): Promise<string>;
  /** Starts another execution, once, and gives its id. */
  startChild(name: string, taskName: string, payload?: unknown, options?: ChildOptions): Promise<string>;
  /** Waits until all (or any) of these executions have ended. */
  waitChildren(
    name: string,
    children: readonly string[],
    options?: { mode?: "all" | "any"; timeoutMs?: number; raw?: false },
  ): Promise<ChildEnd[]>;
  waitChildren(
    name: string,
    children: readonly string[],
    options: { mode?: "all" | "any"; timeoutMs?: number; raw: true },
  ): Promise<Json>;
  /** Starts a child and waits for its result. Rejects with `ChildFailed` when it failed or was cancelled. */
  child<T = any>(name: string, taskName: string, payload?: unknown, options?: ChildOptions): Promise<T>;
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: unknown): void;
}

export interface WorkerOptions {
  /** Base URL of the service. Default `ZART_URL`, else `http://localhost:8080`. */
  url?: string;
  workerId?: string;
  /** Tasks at the same time. Default 100. */
  maxTasks?: number;
  /** Seconds without a sign of life after which others may take a task. Default: as the service has it. */
  leaseSecs?: number;
  /** Time that bodies get to finish when the worker stops; what is left is released. Default 10,000. */
  graceMs?: number;
  /** Default `ZART_API_PREFIX`, else `/api/v1`. */
  apiPrefix?: string;
  /** Sent with every request, for example `{ authorization: "Bearer …" }`. */
  headers?: Record<string, string>;
  /** Requests with commands on their way at the same time. Default 2. */
  lanes?: number;
  log?: Log;
}

export interface TaskOptions {
  /** Time after which a run of this task fails. */
  deadlineMs?: number;
  /** May turn the failure of the body into a result, or throw. */
  onFailure?: (payload: any, error: Error) => unknown;
}

/** Runs the handlers of task names for a service. */
export class Worker {
  constructor(options?: WorkerOptions);
  readonly url: string;
  readonly workerId: string;
  /** Registers a handler; with `raw` it gets the payload as `Json`, to the letter. */
  task<P = any>(name: string, body: (ctx: Context, payload: P) => unknown, options?: TaskOptions & { raw?: false }): this;
  task(name: string, body: (ctx: Context, payload: Json) => unknown, options: TaskOptions & { raw: true }): this;
  /** Serves until SIGTERM, SIGINT or `stop`. */
  run(options?: { handleSignals?: boolean }): Promise<void>;
  /** Asks the worker to stop; a second time: without waiting for bodies. */
  stop(): void;
}

export type ExecutionStatus = "scheduled" | "running" | "completed" | "failed" | "cancelled";

export interface ExecutionError {
  message: string;
  type: string;
  step: string | null;
}

/** The record of an execution. */
export class Execution {
  constructor(text: string);
  readonly text: string;
  /** A member to the letter; null if it is absent. */
  raw(member: string): Json;
  get id(): string;
  get taskName(): string;
  get status(): ExecutionStatus;
  get ended(): boolean;
  get payload(): any;
  get result(): any;
  get error(): ExecutionError | null;
  get waiting(): { kind: string; name: string | null; until: string | null } | null;
  /** The run that started it as a child. */
  get parent(): { executionId: string; runIndex: number; taskName: string } | null;
  get runIndex(): number;
  get version(): number;
}

export interface ClientOptions {
  url?: string;
  /** Default `ZART_API_PREFIX`, else `/api/v1`. */
  apiPrefix?: string;
  headers?: Record<string, string>;
  /** How often a call is repeated when the connection breaks, or after 503 or 429. Default 8. */
  retries?: number;
}

export interface StartOptions {
  executionId?: string;
  /** When the id exists. Default `return`. */
  onConflict?: "return" | "reject" | "restart" | "replace";
  delaySecs?: number;
  timeoutSecs?: number;
  tags?: Record<string, string>;
  /** Seconds to wait for its end, at most 30; the record shows whether it ended. */
  waitSecs?: number;
}

export interface ListFilters {
  status?: ExecutionStatus;
  taskName?: string;
  search?: string;
  from?: string;
  to?: string;
  sortBy?: "scheduledAt" | "status" | "taskName";
  sortOrder?: "asc" | "desc";
  limit?: number;
  offset?: number;
}

/** A client of the public API. Every call is safe to repeat, and is repeated when the service is away for a moment. */
export class Client {
  constructor(options?: ClientOptions);
  /** Starts an execution, or gives the one that has the id. */
  start(taskName: string, payload?: unknown, options?: StartOptions): Promise<Execution>;
  get(executionId: string): Promise<Execution>;
  /** Waits until it is completed, failed or cancelled. Rejects with `WaitTimeout` after `timeoutMs`. */
  wait(executionId: string, options?: { timeoutMs?: number }): Promise<Execution>;
  /** Waits until all or any of them have ended; the records of all, in that order. */
  waitMany(ids: readonly string[], options?: { mode?: "all" | "any"; timeoutMs?: number }): Promise<Execution[]>;
  list(filters?: ListFilters): Promise<Execution[]>;
  /** The executions that its runs have started, by id. */
  children(executionId: string): Promise<Execution[]>;
  cancel(executionId: string): Promise<void>;
  /** Delivers an event; `key` removes duplicates. */
  deliver(
    executionId: string,
    event: string,
    payload?: unknown,
    options?: { key?: string },
  ): Promise<"delivered" | "buffered" | "duplicate">;
  stats(): Promise<Record<ExecutionStatus, number>>;
  close(): void;
}

/** Everything that this package throws on purpose. */
export class ZartError extends Error {}

/** A step is dead: its policy allows no further attempt. The body may catch it and go on. */
export class StepFailed extends ZartError {
  readonly step: string;
  readonly errorType: string;
}

/** The time-out of a wait for an event, or for children, passed. */
export class EventTimeout extends StepFailed {}

/** A child execution failed or was cancelled. */
export class ChildFailed extends ZartError {
  readonly executionId: string;
  readonly status: string;
  readonly error: ExecutionError | null;
}

/** An attempt, or a step over all its attempts, took longer than its time-out. */
export class StepTimeout extends ZartError {}

/** The run passed its deadline. */
export class DeadlineExceeded extends ZartError {}

/** The service answered with an error. */
export class ApiError extends ZartError {
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string;
  readonly problem: any;
  readonly retryAfterMs: number | undefined;
}

/** No (whole) answer: it is not known whether the request took effect. */
export class HttpFailure extends ZartError {}

/** The wait took longer than its time-out. */
export class WaitTimeout extends ZartError {}
