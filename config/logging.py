"""Logging: one JSON line an event, with ids and counts and never anything personal."""

import logging
import sys

import structlog

QUIET = ("rq.worker", "rq.queue", "twilio.http_client", "urllib3", "mail.log", "alembic", "asyncio")


def set_up_logging(level: int = logging.INFO) -> None:
    """Send Brolly's events to standard error and keep libraries quiet.

    Libraries log what they handle (numbers, addresses, bodies), so theirs stay off below errors,
    and the HTTP client's and the mail client's are off altogether.
    """
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(levelname)s %(name)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def place_of(error: BaseException) -> str:
    """Return the function and line that raised an error: its words may be personal."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
