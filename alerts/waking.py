"""Waking the workers for an alert, after its transaction is committed."""

from alerts.model import QUEUE_OF, Alert
from messages.model import Channel
from storage.queue import JobQueue


def wake(queue: JobQueue, alert: Alert) -> None:
    """Ask the alert's queue to drain each of its channels."""
    for channel in Channel:
        queue.wake("drain", str(alert.cause_id), channel, queue=QUEUE_OF[alert.severity])
