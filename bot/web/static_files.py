"""The widget's files: compressed, revalidated by ETag, and open to every page that embeds it."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope
from starlette_compress import CompressMiddleware

FOLDER = Path(__file__).parent / "static"
# A machine's own table of types may say something else of JavaScript, or nothing.
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


def static_app(folder: Path = FOLDER) -> ASGIApp:
    """Returns the ASGI app of the static files."""
    for suffix, kind in _TYPES.items():
        mimetypes.add_type(kind, suffix)
    return CompressMiddleware(EmbeddableFiles(directory=folder, check_dir=False))


class EmbeddableFiles(StaticFiles):
    """Static files that other origins may load: they hold nothing of anybody."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Returns the file, to be asked for again with its ETag before it is used again."""
        response = await super().get_response(path, scope)
        headers = MutableHeaders(raw=response.raw_headers)
        headers["Cache-Control"] = "no-cache"
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
