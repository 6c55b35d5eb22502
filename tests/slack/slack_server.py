"""A local server that plays Slack's Web API: it keeps what is posted, and fails as it is told.

What it does not know it refuses, as Slack does. Every message is read by ``slack_sdk``'s own models.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

OK, LOST_BEFORE, LOST_AFTER, ERROR_BEFORE, ERROR_AFTER = "ok", "lost", "lost!", "500", "500!"
"""How a call goes; with ``!`` Slack has done it although the caller does not hear so."""
LIMITED = "429"
BOT = "B0BOT"


class SlackServer:
    """Slack, with channels of messages."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.paths: list[str] = []
        self.posted: list[dict[str, Any]] = []
        self.ephemeral: list[dict[str, Any]] = []
        self.reactions: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.goes: Callable[[str, dict[str, Any]], str] = lambda method, arguments: OK
        self.retry_after = 7
        self.seconds: Callable[[], float] = time.time
        self._last = 0.0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.address}/api/"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def next_ts(self) -> str:
        """As Slack's: seconds, with a part of our own in the last digits, and never the same."""
        self._last = max(self._last + 0.000001, self.seconds())
        return f"{self._last:.6f}"

    def thread(self, ts: str) -> list[dict[str, Any]]:
        """The messages under a card, in the order Slack has them."""
        return [message for message in self.posted if message.get("thread_ts") == ts]

    def message(self, ts: str) -> dict[str, Any]:
        return next(message for message in self.posted if message["ts"] == ts)

    def made(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def _do(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        for block in sent.get("blocks") or ():
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()
        if method == "chat.postMessage":
            assert sent["text"] and len(sent["text"]) <= 40_000
            message = {**sent, "ts": self.next_ts(), "bot_id": BOT}
            self.posted.append(message)
            return {"ok": True, "channel": sent["channel"], "ts": message["ts"]}
        if method == "chat.update":
            self.message(sent["ts"]).update(sent)
            return {"ok": True, "ts": sent["ts"]}
        if method == "chat.delete":
            if not any(message["ts"] == sent["ts"] for message in self.posted):
                return {"ok": False, "error": "message_not_found"}
            if "bot_id" not in self.message(sent["ts"]):
                return {"ok": False, "error": "cant_delete_message"}
            self.posted.remove(self.message(sent["ts"]))
            return {"ok": True}
        if method == "chat.postEphemeral":
            assert sent["text"] and sent["user"]
            self.ephemeral.append(sent)
            return {"ok": True, "message_ts": self.next_ts()}
        if method == "reactions.add":
            if sent in self.reactions:
                return {"ok": False, "error": "already_reacted"}
            self.reactions.append(sent)
            return {"ok": True}
        if method in ("views.open", "views.publish", "views.update", "views.push"):
            View(**sent["view"]).validate_json()
            self.views.append(sent)
            return {"ok": True, "view": {"id": "V1"}}
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": f"D{sent['users'][1:]}"}}
        if method in ("conversations.history", "conversations.replies"):
            return self._read(method, sent)
        return {"ok": False, "error": "unknown_method"}

    def _read(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        if method.endswith("replies"):
            found = [m for m in self.posted if sent["ts"] in (m.get("thread_ts"), m["ts"])]
        else:
            found = [m for m in self.posted if not m.get("thread_ts")]
        found = [m for m in found if m["channel"] == sent["channel"]]
        found = [m for m in found if float(m["ts"]) > float(sent["oldest"])]
        begin, size = int(sent.get("cursor") or 0), 3  # small pages, so that there are several
        cursor = str(begin + size) if len(found) > begin + size else ""
        shown = found[begin : begin + size]
        return {"ok": True, "messages": shown, "response_metadata": {"next_cursor": cursor}}

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                server.paths.append(self.path)
                if self.path.startswith("/response"):
                    server.responses.append(json.loads(raw))
                    self._say(200, b"ok", {})
                    return
                method = self.path.removeprefix("/api/")
                if "json" in (self.headers.get("content-type") or ""):
                    sent = json.loads(raw)
                else:
                    sent = dict(parse_qsl(raw.decode()))
                assert self.headers["authorization"] == "Bearer xoxb-test"
                with server._lock:
                    server.calls.append((method, sent))
                    goes = server.goes(method, sent)
                    done = goes in (OK, LOST_AFTER, ERROR_AFTER)
                    said = server._do(method, sent) if done else {}
                if goes in (LOST_BEFORE, LOST_AFTER):
                    self.close_connection = True
                    self.connection.close()
                elif goes in (ERROR_BEFORE, ERROR_AFTER):
                    self._say(503, b"<html>upstream</html>", {})
                elif goes == LIMITED:
                    after = {"Retry-After": str(server.retry_after)}
                    self._say(
                        429, json.dumps({"ok": False, "error": "ratelimited"}).encode(), after
                    )
                elif goes == OK:
                    self._say(200, json.dumps(said).encode(), {})
                else:
                    self._say(200, json.dumps({"ok": False, "error": goes}).encode(), {})

            def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Is quiet."""

        return Handler
