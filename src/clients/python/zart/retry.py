"""When a failed attempt is followed by another."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Tuple, Type


@dataclass(frozen=True)
class RetryPolicy:
    """So many ``retries`` after the first attempt. Times in seconds.

    ``delay`` before the first retry grows by ``factor`` with each retry up to ``max_delay``; ``jitter`` (0 to 1) is the share
    of it by which it is randomly shortened; ``non_retryable`` errors are final at once.
    """

    retries: int = 0
    delay: float = 0.0
    factor: float = 1.0
    max_delay: float = 86_400.0
    jitter: float = 0.0
    non_retryable: Tuple[Type[BaseException], ...] = ()

    @staticmethod
    def none() -> "RetryPolicy":
        """No second attempt."""
        return RetryPolicy()

    @staticmethod
    def fixed(retries: int, delay: float) -> "RetryPolicy":
        """So many retries, each after the same delay."""
        return RetryPolicy(retries, delay)

    @staticmethod
    def exponential(retries: int, delay: float) -> "RetryPolicy":
        """So many retries, each after twice the delay of the one before."""
        return RetryPolicy(retries, delay, 2.0)

    def with_max_delay(self, seconds: float) -> "RetryPolicy":
        """The same with a bound of the delay."""
        return replace(self, max_delay=seconds)

    def with_jitter(self, share: float) -> "RetryPolicy":
        """The same with a random share of the delay taken off."""
        return replace(self, jitter=share)

    def with_non_retryable(self, *errors: Type[BaseException]) -> "RetryPolicy":
        """The same with errors that are final at once."""
        return replace(self, non_retryable=errors)

    def allows(self, failures: int, error: BaseException) -> bool:
        """Whether another attempt follows after so many failures, the last with that error."""
        return failures <= self.retries and not isinstance(error, self.non_retryable)

    def delay_after(self, failures: int) -> float:
        """Seconds before the next attempt after so many failures (from 1)."""
        try:
            grown = self.delay * self.factor ** (failures - 1)
        except OverflowError:
            grown = self.max_delay
        return min(grown, self.max_delay) * (1 - self.jitter * random.random())
