"""`brolly worker` and `brolly scheduler`: the processes beside the web."""

from collections.abc import Callable

import click

from config.settings import Settings, load_settings
from messages.model import Queue
from storage.engine import connect
from storage.migrating import require_newest
from workers.schedule import run_scheduler
from workers.supervising import Child, Supervisor
from workers.worker import run_worker


@click.command()
@click.option(
    "--queue",
    "queues",
    type=click.Choice([str(each) for each in Queue]),
    multiple=True,
    help="A queue to work on; all of them unless named.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes for each queue.",
)
def worker(*, queues: tuple[str, ...], processes: int) -> None:
    """Send what is due: a process for each queue, started again if it dies, until SIGTERM."""
    settings = load_settings()
    _require_newest(settings)
    run_workers(settings, [Queue(each) for each in queues] or list(Queue), processes=processes)


@click.command()
def scheduler() -> None:
    """Wake the sweeps; run it wherever a worker runs, more than one do not hurt."""
    settings = load_settings()
    try:
        run_scheduler(settings)
    except KeyboardInterrupt:
        click.echo("Stopping.", err=True)


def run_workers(settings: Settings, queues: list[Queue], *, processes: int = 1) -> None:
    """Keep workers alive, forked from this process so that they share its memory."""
    supervisor = Supervisor()
    try:
        supervisor.start(
            Child(f"worker-{queue}-{number}", _run(queue, settings))
            for queue in queues
            for number in range(1, processes + 1)
        )
        supervisor.watch()
    finally:
        supervisor.stop()


def _run(queue: Queue, settings: Settings) -> Callable[[], None]:
    return lambda: run_worker(queue, settings)


def _require_newest(settings: Settings) -> None:
    """Raise DatabaseBehind rather than fail at every job; leaves no connection to be forked."""
    engine = connect(settings.database)
    require_newest(engine)
    engine.dispose()
