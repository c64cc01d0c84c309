"""Threads for blocking bodies and steps. They are daemons: a step that hangs must not keep the process from ending."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import Any, Callable, List, Optional, Tuple

_Job = Tuple["Future[Any]", Callable[[], Any]]


class Threads:
    """Runs each call on a thread of its own at once; idle threads are used again."""

    def __init__(self, keep: int = 64) -> None:
        self._keep = keep
        self._idle: "List[queue.SimpleQueue[Optional[_Job]]]" = []
        self._lock = threading.Lock()

    def submit(self, call: Callable[[], Any]) -> "Future[Any]":
        """Begins the call."""
        job: _Job = (Future(), call)
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(inbox,), daemon=True, name="zart").start()
        inbox.put(job)
        return job[0]

    def _work(self, inbox: "queue.SimpleQueue[Optional[_Job]]") -> None:
        while True:
            job = inbox.get()
            if job is None:
                return
            future, call = job
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as error:  # noqa: B902 - it goes to whoever waits for the future
                    future.set_exception(error)
                else:
                    future.set_result(result)
            job = future = call = None  # type: ignore[assignment]
            with self._lock:
                if len(self._idle) >= self._keep:
                    return
                self._idle.append(inbox)
