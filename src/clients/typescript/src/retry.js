/** When a failed attempt is followed by another. Times in milliseconds. */
export class RetryPolicy {
  constructor({ retries = 0, delayMs = 0, factor = 1, maxDelayMs = 86_400_000, jitter = 0, nonRetryable = [] } = {}) {
    Object.assign(this, { retries, delayMs, factor, maxDelayMs, jitter, nonRetryable });
    Object.freeze(this);
  }

  static none() {
    return new RetryPolicy();
  }

  static fixed(retries, delayMs, more = {}) {
    return new RetryPolicy({ ...more, retries, delayMs });
  }

  static exponential(retries, delayMs, more = {}) {
    return new RetryPolicy({ factor: 2, ...more, retries, delayMs });
  }

  /** Whether another attempt follows after so many failures, the last with that error. */
  allows(failures, error) {
    return failures <= this.retries && !this.nonRetryable.some((type) => error instanceof type);
  }

  /** Milliseconds before the next attempt after so many failures (from 1). */
  delayAfter(failures) {
    const grown = Math.min(this.delayMs * this.factor ** (failures - 1), this.maxDelayMs);
    return grown * (1 - this.jitter * Math.random());
  }
}
