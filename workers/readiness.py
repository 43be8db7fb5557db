"""Looking whether everything is well, all at once and within a budget."""

import time
from collections.abc import Callable, Mapping
from threading import Thread

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from checker.evaluator import EvaluatorUnavailable
from checker.model import RegisterUnavailable, WrongRegisterKey

NOT_WELL = (
    SQLAlchemyError,
    RedisError,
    RegisterUnavailable,
    WrongRegisterKey,
    EvaluatorUnavailable,
    OSError,
)


class Looks:
    """Several looks; one that has not come back is not begun again beside itself."""

    def __init__(self, looks: Mapping[str, Callable[[], object]], *, within: float) -> None:
        self._looks, self._within = looks, within
        self._begun: dict[str, _Look] = {}

    def all(self) -> dict[str, bool]:
        """Return which are well; those that do not answer within the budget (seconds) are not."""
        for name, look in self._looks.items():
            if name not in self._begun or not self._begun[name].is_alive():
                self._begun[name] = _Look(look)
                self._begun[name].start()
        begun, until = dict(self._begun), time.monotonic() + self._within
        for each in begun.values():
            each.join(max(until - time.monotonic(), 0))
        return {name: each.well for name, each in begun.items()}


class _Look(Thread):
    """One look; ends with its process, however long it takes."""

    def __init__(self, look: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._look, self.well = look, False

    def run(self) -> None:
        """Look, and remember whether all is well."""
        try:
            self._look()
        except NOT_WELL:
            return
        self.well = True
