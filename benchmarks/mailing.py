"""Mail: an alert through Brolly's workers against a bare smtplib loop of the same mails.

Both have as many processes, and in each as many connections that stay open. The gateway puts each
mail on its ledger before it answers.
"""

from benchmarks.baselines import PROCESSES, RECIPIENTS, smtplib_loop
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
        bare = smtplib_loop(services.settings)
        brolly = rate_of_brolly(services, Channel.EMAIL, recipients=RECIPIENTS)
    return [
        {
            "what": what,
            "processes": PROCESSES,
            "per second": rate,
            "of the bare loop": rate / bare,
        }
        for what, rate in (("bare smtplib loop", bare), (f"Brolly on {database}", brolly))
    ]
