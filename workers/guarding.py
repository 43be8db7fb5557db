"""Running a job so that what goes wrong in it stops nothing else, and says nothing personal."""

from collections.abc import Callable
from typing import Any

import structlog

from config.logging import place_of

log = structlog.get_logger()


def guarded(name: str, function: Callable[..., None], *arguments: Any) -> None:
    """Run a job; what goes wrong is logged by its class and place alone, and the worker goes on."""
    try:
        function(*arguments)
    except Exception as error:  # noqa: BLE001 - the job runner
        log.error("job_failed", job=name, error=type(error).__name__, at=place_of(error))  # noqa: TRY400 - no text
