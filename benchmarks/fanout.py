"""Fan-out: an alert through Brolly's workers, a bare loop of the same client, one job for each.

All send over the same gateway, which puts each message on its ledger before it answers, from the
same number of processes. `BENCH_RECIPIENTS` and `BENCH_PROCESSES` change their numbers.
"""

from rq import SimpleWorker
from rq import Worker as DefaultWorker

from benchmarks.baselines import (
    LARGER_SAMPLE,
    PROCESSES,
    RECIPIENTS,
    SAMPLE,
    one_job_each,
    own_loop,
    stock_loop,
)
from benchmarks.postgresql import a_postgresql
from benchmarks.sending import an_instance_that_sends, rate_of_brolly
from benchmarks.tables import Row
from messages.model import Channel


def measure() -> list[Row]:
    """Return the rows of SQLite, then of PostgreSQL, with their ratios in this run."""
    with a_postgresql() as postgresql:
        return [*_measure("SQLite", ""), *_measure("PostgreSQL", postgresql)]


def _measure(database: str, url: str) -> list[Row]:
    with an_instance_that_sends(url) as services:
        settings = services.settings
        each = one_job_each(settings, DefaultWorker, sample=SAMPLE)
        simple = one_job_each(settings, SimpleWorker, sample=LARGER_SAMPLE)
        stock, bare = stock_loop(settings), own_loop(settings)
        brolly = rate_of_brolly(services, Channel.SMS, recipients=RECIPIENTS)
    rates = {
        "one RQ job each, default worker": each,
        "one RQ job each, SimpleWorker": simple,
        "bare loop, Twilio's own HTTP": stock,
        "bare loop, Brolly's Twilio sender": bare,
        f"Brolly on {database}": brolly,
    }
    return [
        {
            "what": what,
            "processes": PROCESSES,
            "per second": rate,
            "of the bare loop": rate / bare,
            "of Twilio's own HTTP": rate / stock,
            "times one job each": rate / each,
            "times SimpleWorker": rate / simple,
        }
        for what, rate in rates.items()
    ]


if __name__ == "__main__":
    from rich.console import Console

    from benchmarks.tables import show

    show(Console(), measure())
