"""What a body or a client of the API may catch."""

from __future__ import annotations

from typing import Any, Optional


class ZartError(Exception):
    """Everything that this package raises on purpose."""


class StepFailed(ZartError):
    """A step is dead: its policy allows no further attempt. The body may catch it and go on."""

    def __init__(self, step: str, message: str, error_type: str = "Error") -> None:
        super().__init__(message)
        self.step = step
        self.message = message
        self.error_type = error_type


class EventTimeout(StepFailed):
    """The time-out of a wait for an event, or for children, passed."""


class ChildFailed(ZartError):
    """A child execution failed or was cancelled."""

    def __init__(self, execution_id: str, status: str, error: Any) -> None:
        message = error.get("message") if isinstance(error, dict) else None
        super().__init__(message or "child execution '%s' %s" % (execution_id, status))
        self.execution_id = execution_id
        self.status = status
        self.error = error


class StepTimeout(ZartError):
    """An attempt, or a step over all its attempts, took longer than its time-out."""

    over_all = False


class DeadlineExceeded(ZartError):
    """The run passed its deadline."""


class ApiError(ZartError):
    """The service answered with an error: ``status``, ``code`` and ``detail`` of the problem."""

    def __init__(
        self, status: int, code: Optional[str], detail: str, problem: Any = None, retry_after: Optional[float] = None
    ) -> None:
        super().__init__("%d %s: %s" % (status, code or "error", detail))
        self.status = status
        self.code = code
        self.detail = detail
        self.problem = problem
        self.retry_after = retry_after


class NotFound(ApiError):
    """404."""


class Conflict(ApiError):
    """409: the state does not allow it."""


class ActivationOver(BaseException):
    """Ends a body whose task was parked, lost or cancelled. Not an ``Exception``: bodies must not swallow it."""
