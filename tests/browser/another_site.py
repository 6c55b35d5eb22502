"""A marketplace's site on an origin of its own: pages that embed the widget, and its token."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ONE_LINE = """<!doctype html><html lang="fr"><title>Un autre site</title><body><h1>Un autre site</h1>
<script type="module" src="{assistant}/static/widget/widget.js"
        data-token-url="/token?seller={seller}"></script></body></html>"""
BY_HAND = """<!doctype html><html lang="fr"><title>Un autre site</title><body><h1>Un autre site</h1>
<script type="module" src="{assistant}/static/widget/widget.js" data-manual></script>
<script type="module">
const assistant = document.createElement("seller-assistant");
assistant.setAttribute("position", "left");
assistant.setAttribute("theme", "dark");
assistant.getToken = async () => (await (await fetch("/token?seller={seller}")).json()).token;
document.body.append(assistant);
</script></body></html>"""
PAGES = {"/": ONE_LINE, "/by-hand": BY_HAND}


class AnotherSite:
    """The site's server; ``assistant`` and ``issue`` are known once the assistant runs."""

    def __init__(self) -> None:
        self.assistant = ""
        self.issue: Callable[[str], str] = str
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, seller = site.asked(self.path)
                if path == "/token":
                    self.answer("application/json", json.dumps({"token": site.issue(seller)}))
                elif path in PAGES:
                    page = PAGES[path].replace("{assistant}", site.assistant)
                    self.answer("text/html; charset=utf-8", page.replace("{seller}", seller))
                else:
                    self.answer("image/x-icon", "")

            def answer(self, kind: str, body: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    @staticmethod
    def asked(url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        return parts.path, parse_qs(parts.query).get("seller", [""])[0]

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
