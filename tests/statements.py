"""SQL written once per test worker: an engine that starts anew writes every statement anew."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine


def engine_with_statements(url: str, **options: Any) -> Engine:
    """Return an engine of its own that knows the statements of those before it.

    Connections and listeners are its own. The dialect is shared, for what was written is found
    by it.
    """
    kept = _kept(url, **options)
    return Engine(
        kept.pool.recreate(),
        kept.dialect,
        kept.url,
        hide_parameters=kept.hide_parameters,
        execution_options=kept.get_execution_options(),
    )


@lru_cache(32)
def _kept(url: str, **options: Any) -> Engine:
    return create_engine(url, execution_options={"compiled_cache": {}}, **options)
