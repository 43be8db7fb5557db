"""A worker: RQ's loop over one queue, in one process that keeps its connections.

Whoever can write to Redis can name any job. So only functions of JOBS run, on opaque ids, and
nothing else that RQ would take from Redis is followed: no pickles, callbacks, webhooks,
dependents, commands to a worker or suspension. And between wake-ups a worker looks into the
database by itself, so that Redis can neither lose nor hold back what is due.
"""

import signal
import time
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RedisQueue
from rq.exceptions import DequeueTimeout, NoSuchJobError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import SimpleWorker
from rq.worker_registration import clean_worker_registry

from config.settings import Settings
from messages.model import Queue
from messages.providers import open_senders
from storage.redis_server import redis_client
from workers import jobs
from workers.guarding import guarded
from workers.queues import LONGEST_RUN, OPAQUE, waiting_key
from workers.services import Services
from workers.shift import Shift, Stopped

log = structlog.get_logger()

WORKER_TTL = 30  # seconds; RQ waits 15 less than this for a job
LOOK_SECONDS = 15.0
PAUSE_SECONDS = 1.0
MOST_IDS = 4


class NotOurJob(NoSuchJobError):
    """A job in Redis that this service did not put there; RQ passes over it."""


class WakeUp(Job):
    """A job that may only be one of JOBS, on opaque ids."""

    def restore(self, raw_data: dict[bytes, bytes]) -> None:
        """Read the job from Redis; raises NotOurJob for anything that we would not have put."""
        try:
            super().restore(raw_data)
            ours = (
                self.func_name in jobs.JOBS
                and self.instance is None
                and not self.kwargs
                and len(self.args) <= MOST_IDS
                and all(map(OPAQUE.fullmatch, self.args))
            )
        except Exception as error:  # noqa: BLE001 - whatever somebody wrote must not stop a worker
            log.warning("job_refused", error=type(error).__name__)
            raise NotOurJob from None
        if not ours:
            log.warning("job_refused", error="NotOurs")
            raise NotOurJob

    @property
    def key_of_waiting(self) -> str:
        """Return the key that keeps more of the same out of the queue."""
        return waiting_key(str(self.func_name), tuple(self.args))


class Worker(SimpleWorker):
    """RQ's worker without what Redis could make it do."""

    def __init__(self, client: Redis, shift: Shift) -> None:
        """Take jobs of one queue: only then RQ moves a job to its worker atomically."""
        self.shift = shift
        self._looked_at = 0.0
        queue = RedisQueue(
            str(shift.queue), connection=client, job_class=WakeUp, serializer=JSONSerializer
        )
        super().__init__(
            [queue],
            connection=client,
            job_class=WakeUp,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )

    def execute_job(self, job: Job, queue: RedisQueue) -> None:
        """Run a wake-up, having taken everything of it out of Redis: it is worth nothing more.

        From here on the next one of its kind is let in, for it may know of something newer.
        """
        if not isinstance(job, WakeUp):
            return
        with self.connection.pipeline() as pipeline:
            pipeline.delete(job.key_of_waiting, job.key)
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            pipeline.execute()
        with self.death_penalty_class(LONGEST_RUN, JobTimeoutException, job_id=job.id):
            guarded(str(job.func_name), jobs.JOBS[str(job.func_name)], self.shift, *job.args)

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, RedisQueue] | None:
        """Wait for a job, looking into the database in between; None if there is none to wait for.

        Raises StopRequested when told to stop, and RedisError.
        """
        del max_idle_time
        while True:
            self.look_now_and_then()
            self.shift.beat()
            self.heartbeat()
            try:
                with self.shift.resting():
                    return self.queue_class.dequeue_any(
                        self._ordered_queues,
                        timeout,
                        connection=self.connection,
                        job_class=self.job_class,
                        serializer=self.serializer,
                        death_penalty_class=self.death_penalty_class,
                    )
            except DequeueTimeout:
                continue
            except Stopped:
                raise StopRequested from None
            except RedisError:
                raise
            except Exception as error:  # noqa: BLE001 - an id that somebody wrote is not one
                log.warning("job_refused", error=type(error).__name__)

    def look_now_and_then(self) -> None:
        """Look into the database if it is time."""
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            guarded("look", jobs.look, self.shift)
            self._looked_at = time.monotonic()

    def run_maintenance_tasks(self) -> None:
        """Tidy up after workers that died; their wake-ups are worth nothing."""
        for queue in self.queues:
            clean_worker_registry(queue)
            self.connection.delete(queue.intermediate_queue_key)
        self.last_cleaned_at = datetime.now(UTC)  # type: ignore[assignment] # RQ says None

    def subscribe(self) -> None:
        """Take no commands from Redis."""

    def unsubscribe(self) -> None:
        """Take no commands from Redis."""

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's signature
        """Let nobody suspend workers from Redis."""

    def _install_signal_handlers(self) -> None:
        """Leave signals to `run_worker`, which hears them without Redis too."""


def run_worker(queue: Queue, settings: Settings) -> None:
    """Work on a queue until told to stop, whatever becomes of Redis meanwhile."""
    with Services.open(settings) as services:
        senders = open_senders(settings)
        shift = Shift(name=uuid4().hex, queue=queue, services=services, senders=senders)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: shift.stop())
        client = redis_client(settings.redis)
        while not shift.stopping:
            _work(client, shift)
        for sender in senders.values():
            sender.close()


def _work(client: Redis, shift: Shift) -> None:
    """Work until told to stop or Redis goes away; then do without it for a moment."""
    try:
        Worker(client, shift).work(logging_level="CRITICAL")
    except Stopped:
        return
    except RedisError as error:
        log.warning("redis_away", queue=shift.queue, error=type(error).__name__)
    if not shift.stopping:
        guarded("look", jobs.look, shift)
        time.sleep(PAUSE_SECONDS)
