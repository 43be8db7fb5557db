"""Templates compiled once per test worker: compiling them is most of what one page costs."""

from typing import Final

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Keep what was compiled; Jinja compiles again what changed since."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED: Final = Compiled()


def sharing(app: Flask) -> Flask:
    """Return an app that takes its compiled templates from those before it."""
    app.jinja_env.bytecode_cache = COMPILED
    return app
