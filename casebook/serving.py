"""The built pages on loopback, around them a page of our own that shows each new one.

A built page runs nothing. So it stands in a frame, and the page around it listens to events.
Nothing else of the disk is served, and only to whoever asks for this very address: a foreign
site cannot read it by a name of its own that it points here (DNS rebinding).
"""

from __future__ import annotations

import json
import string
import threading
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from casebook.documents import DOCUMENTS
from casebook.errors import CasebookError, reason
from casebook.messages import said
from casebook.workspace import Workspace

_LOOPBACK = "127.0.0.1"
_OWN = Path(__file__).parent / "data" / "preview"
_KINDS = {"preview.css": "text/css", "preview.js": "text/javascript"}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_OF_A_PAGE = "frame-ancestors 'self'"
"""What is added to the policy that a built page has itself."""

_ALIVE = 15.0
"""Seconds after which a silent browser is written to, to learn whether it is still there."""


class PageServer:
    """Serves the pages of a workspace while it is open; `show` tells every browser what is new.

    `words` are those of the page around them. Raises `CasebookError` where the port is taken.
    """

    def __init__(self, workspace: Workspace, words: Mapping[str, str], port: int = 0) -> None:
        self._news = _News()
        try:
            self._http = _Server(port, workspace.output, self._news, words)
        except OSError as error:
            hint = said("Name another with --port, or leave it out.")
            message = said("Port {port} cannot be used: {why}.", port=port, why=reason(error))
            raise CasebookError(message, hint, 2) from error
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.1,), daemon=True)

    @property
    def address(self) -> str:
        """Where browsers find it."""
        return f"http://{_LOOPBACK}:{self._http.server_port}/"

    def show(self, state: Mapping[str, Any]) -> None:
        """Tell every browser, now and from now on, what there is to see."""
        self._news.tell(json.dumps(state, ensure_ascii=False))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class _News:
    """The latest state, for threads that wait for a newer one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._state = ""

    def tell(self, state: str) -> None:
        with self._changed:
            self._number, self._state = self._number + 1, state
            self._changed.notify_all()

    def after(self, number: int) -> tuple[int, str]:
        """The latest state and its number; the same number again if none came for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number, _ALIVE)
            return self._number, self._state


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, output: Path, news: _News, words: Mapping[str, str]) -> None:
        self.news, self.words = news, words
        self._output = output
        super().__init__((_LOOPBACK, port), _Handler)
        self.hosts = {f"{name}:{self.server_port}" for name in (_LOOPBACK, "localhost")}

    def page(self, name: str) -> Path | None:
        """The built page of this name; None for every other file."""
        pages = (*self._output.glob("*.html"), *self._output.glob("*/*.html"))
        found = {path.relative_to(self._output).as_posix(): path for path in pages}
        path = found.get(name)
        return path if path and path.name.partition(".")[0] in DOCUMENTS else None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:  # http.server's name
        """Answer a browser."""
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if self.headers.get("Host") not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif not path:
            shell = string.Template((_OWN / "index.html").read_text(encoding="utf-8"))
            self._send("text/html", shell.substitute(self.server.words).encode(), _POLICY)
        elif path in _KINDS:
            self._send(_KINDS[path], (_OWN / path).read_bytes(), _POLICY)
        elif path == "events":
            self._tell()
        else:
            self._send_page(path)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing in the terminal."""

    def _send_page(self, path: str) -> None:
        folder, _, name = path.partition("/")
        page = self.server.page(name) if folder == "pages" else None
        if page is None:
            missing = self.server.words["missing"].encode()
            self._send("text/plain", missing, _POLICY, HTTPStatus.NOT_FOUND)
        else:
            self._send("text/html", page.read_bytes(), _OF_A_PAGE)

    def _send(
        self, kind: str, content: bytes, policy: str, status: HTTPStatus = HTTPStatus.OK
    ) -> None:
        self._begin(status, kind, policy)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _begin(self, status: HTTPStatus, kind: str, policy: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")

    def _tell(self) -> None:
        """Tell what is new until the browser has gone."""
        self._begin(HTTPStatus.OK, "text/event-stream", _POLICY)
        self.end_headers()
        seen = 0
        with suppress(OSError):
            while True:
                number, state = self.server.news.after(seen)
                self.wfile.write(f"data: {state}\n\n".encode() if number > seen else b":\n\n")
                self.wfile.flush()
                seen = number
