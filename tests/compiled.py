"""What apps share in one test worker: compiling addresses and templates is most of their cost."""

from types import CodeType
from typing import Any, Final

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from web.app import Brolly


class Compiled(BytecodeCache):
    """Keep what was compiled; Jinja compiles again what changed since."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled before."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self.kept[bucket.key, bucket.checksum] = bucket.code


class Address(Rule):
    """An address that is compiled once, however many apps have it."""

    kept: Final[dict[str, dict[str, Any]]] = {}

    def compile(self) -> None:
        """Take what was compiled before: it follows from how the address is written."""
        written = repr((self.rule, self.host, self.subdomain, self.defaults, self.merge_slashes))
        if written not in self.kept:
            super().compile()
            made = {name: value for name, value in vars(self).items() if name.startswith("_")}
            self.kept[written] = {**made, "arguments": self.arguments}
        vars(self).update(self.kept[written])


COMPILED: Final = Compiled()
Brolly.url_rule_class = Address


def sharing(app: Flask) -> Flask:
    """Return an app that takes its compiled templates from those before it."""
    app.jinja_env.bytecode_cache = COMPILED
    return app
