"""A claimed task and its recorded steps, read from the answer of the service."""

from __future__ import annotations

import json
import time
from typing import Dict, List, Optional

from ._json import Json, items, members
from .errors import EventTimeout, StepFailed


class RecordedStep:
    """What the service knows of a step. Times in seconds; ``due`` and ``begun`` by this process' monotonic clock."""

    __slots__ = ("name", "status", "result", "error", "attempts", "failures", "due", "begun")

    def __init__(self, text: str, now: float) -> None:
        raw = dict(members(text))
        self.name: str = json.loads(raw["name"])
        self.status: str = json.loads(raw["status"])
        self.result = Json(raw.get("result", "null"))
        self.error = json.loads(raw.get("error", "null"))
        self.attempts: int = json.loads(raw.get("attempts", "0"))
        self.failures: int = json.loads(raw.get("failures", "0"))
        remaining = _millis(raw.get("remainingMs"))
        self.due = None if remaining is None else now + remaining
        self.begun = now - (_millis(raw.get("ageMs")) or 0.0)

    @property
    def open(self) -> bool:
        return self.status not in ("completed", "dead")

    def outcome(self) -> Json:
        """Its result; raises its error."""
        if self.status == "dead":
            error = self.error if isinstance(self.error, dict) else {}
            kind = error.get("type") or "Error"
            raising = EventTimeout if kind == "EventTimeoutException" else StepFailed
            raise raising(self.name, error.get("message") or "step '%s' failed" % self.name, kind)
        return self.result


class Task:
    """A claimed task."""

    def __init__(self, text: str) -> None:
        now = time.monotonic()
        raw = dict(members(text))
        lease = dict(members(raw["lease"]))
        self.execution_id_json = raw["executionId"]
        self.execution_id: str = json.loads(raw["executionId"])
        self.run_id: str = json.loads(raw["runId"])
        self.run_index: int = json.loads(raw["runIndex"])
        self.task_name: str = json.loads(raw["taskName"])
        self.payload = Json(raw.get("payload", "null"))
        self.token_json = lease["token"]
        self.lease_seconds: float = _millis(lease["expiresInMs"]) or 0.0
        self.attempt: int = json.loads(raw.get("attempt", "1"))
        self.spent: float = _millis(raw.get("spentMs")) or 0.0
        deadline = _millis(raw.get("deadlineInMs"))
        self.deadline: Optional[float] = None if deadline is None else now + deadline
        self.claimed = now
        self.steps: Dict[str, RecordedStep] = {}
        for step in items(raw.get("steps", "[]")):
            recorded = RecordedStep(step, now)
            self.steps[recorded.name] = recorded
        self.earlier_attempts: Dict[str, int] = json.loads(raw.get("earlierAttempts", "{}")) or {}
        self.paused: List[str] = json.loads(raw.get("pausedSteps", "[]")) or []
        self.traceparent: Optional[str] = json.loads(raw.get("traceparent", "null"))


def _millis(text: Optional[str]) -> Optional[float]:
    value = None if text is None else json.loads(text)
    return None if value is None else value / 1000.0

