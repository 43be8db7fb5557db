"""Static files: few and small, held in memory, at addresses that change with their content."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, request

from members.guard import public

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_PACKING = 256


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, plain and gzipped."""

    media_type: str
    body: bytes
    packed: bytes


def serve_assets(app: Flask, folder: Path = STATIC) -> None:
    """Serve the folder under /static and give templates `asset`, addresses by name."""
    assets: dict[str, Asset] = {}
    addresses: dict[str, str] = {}
    for path in sorted(folder.rglob("*.*")):
        body = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        stem, _, suffix = name.rpartition(".")
        hashed = f"{stem}.{sha256(body).hexdigest()[:12]}.{suffix}"
        assets[hashed] = Asset(_type_of(path), body, _packed(body))
        addresses[name] = f"/static/{hashed}"

    @public
    def static(name: str) -> Response:
        if name not in assets:
            abort(404)
        return _answer(assets[name])

    app.add_url_rule("/static/<path:name>", "static", static)
    app.jinja_env.globals["asset"] = addresses


def _type_of(path: Path) -> str:
    """Return a file's media type; what is written in letters says in which."""
    found = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    in_letters = found.startswith("text/") or found.endswith(("javascript", "json", "xml"))
    return f"{found}; charset=utf-8" if in_letters else found


@cache
def _packed(body: bytes) -> bytes:
    """Pack a file once, however many apps there are."""
    return gzip.compress(body, mtime=0)


def _answer(asset: Asset) -> Response:
    pack = len(asset.body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.packed if pack else asset.body, content_type=asset.media_type)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Accept-Encoding"
    if pack:
        response.headers["Content-Encoding"] = "gzip"
    return response
