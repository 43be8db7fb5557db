"""Runs the migrations on the engine that `storage.migrating` hands over."""

from alembic import context
from sqlalchemy import Engine

import alerts.records
import checker.records
import members.records
import messages.records
import reports.records
from storage.base import Base

ROOMS = (alerts.records, checker.records, members.records, messages.records, reports.records)

engine: Engine = context.config.attributes["engine"]
try:
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True
        )
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
