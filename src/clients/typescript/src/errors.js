/** What a body or a client of the API may catch. */

export class ZartError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A step is dead: its policy allows no further attempt. The body may catch it and go on. */
export class StepFailed extends ZartError {
  constructor(step, message, errorType = "Error", options) {
    super(message, options);
    this.step = step;
    this.errorType = errorType;
  }
}

/** The time-out of a wait for an event, or for children, passed. */
export class EventTimeout extends StepFailed {}

/** A child execution failed or was cancelled. */
export class ChildFailed extends ZartError {
  constructor(executionId, status, error) {
    super(error?.message ?? `child execution '${executionId}' ${status}`);
    this.executionId = executionId;
    this.status = status;
    this.error = error;
  }
}

/** An attempt, or a step over all its attempts, took longer than its time-out. */
export class StepTimeout extends ZartError {}

/** The run passed its deadline. */
export class DeadlineExceeded extends ZartError {}

/** The service answered with an error: `status`, `code` and `detail` of the problem. */
export class ApiError extends ZartError {
  constructor(status, code, detail, problem, retryAfterMs) {
    super(`${status} ${code ?? "error"}: ${detail}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No (whole) answer: it is not known whether the request took effect. */
export class HttpFailure extends ZartError {}

/** The wait took longer than its time-out. */
export class WaitTimeout extends ZartError {}
