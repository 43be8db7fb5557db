"""The job queue as rooms see it: a way to wake a worker, never a store of work."""

from typing import Protocol


class JobQueue(Protocol):
    """Wakes workers. Losing a wake-up loses nothing: the sweep finds what is waiting."""

    def wake(self, job: str, *ids: str, queue: str) -> None:
        """Ask a worker of `queue` to run `job`; arguments are opaque ids only."""
        ...
