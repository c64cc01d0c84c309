"""Workers and clients of a Zart server: durable executions over HTTP."""

from ._activation import Attempt
from ._http import HttpFailure
from ._json import Json
from .client import AsyncClient, Client, Execution
from .context import AsyncContext, Branch, BranchResult, Context
from .errors import (
    ApiError,
    ChildFailed,
    Conflict,
    DeadlineExceeded,
    EventTimeout,
    NotFound,
    StepFailed,
    StepTimeout,
    ZartError,
)
from .retry import RetryPolicy
from .worker import Worker

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncContext",
    "Attempt",
    "Branch",
    "BranchResult",
    "ChildFailed",
    "Client",
    "Conflict",
    "Context",
    "DeadlineExceeded",
    "EventTimeout",
    "Execution",
    "HttpFailure",
    "Json",
    "NotFound",
    "RetryPolicy",
    "StepFailed",
    "StepTimeout",
    "Worker",
    "ZartError",
]
