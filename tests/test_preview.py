"""`casebook preview` and `casebook lab` as a consultant uses them: a real server, a real browser."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import tiny
from browsing import needs_browser

from casebook.kernels import server
from casebook.kernels.process import supported
from casebook.ledger import hold

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.xdist_group("warm")


class Preview:
    """A preview that runs, and what it says."""

    def __init__(self, root: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "casebook", "preview", *arguments]
        self.root = root
        self.process = subprocess.Popen(
            [*command, "--no-browser", "--json"],
            cwd=root,
            env=tiny.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.address: str = self.said()["address"]

    def said(self) -> Any:
        """The next that it says."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def until(self, status: str) -> Any:
        """The next that it says of a page with this status."""
        while True:
            said = self.said()
            if [outcome["status"] for outcome in said["outcomes"]] == [status]:
                return said

    def end(self, number: int = signal.SIGINT) -> str:
        """End it as Ctrl-C does; what it said on standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        wait_until(lambda: not at_work(self.root))
        return errors.decode()

    def get(self, path: str, host: str | None = None) -> http.client.HTTPResponse:
        """The answer to a request for exactly this path."""
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host if host is not None else place.netloc)
        connection.endheaders()
        return connection.getresponse()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A preview of the smallest workspace, with its page."""
    root = tiny.workspace(tmp_path / "w")
    opened = Preview(root, "lille")
    opened.until("built")
    yield opened
    if opened.process.poll() is None:
        opened.end()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview of the shipped engagement."""
    root = tmp_path_factory.mktemp("preview")
    for folder in ("params", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    opened = Preview(root, "skanderborg")
    opened.until("built")
    yield opened
    assert opened.end() == ""


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def at_work(folder: Path) -> list[int]:
    """The processes in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.resolve(strict=True) == folder:
                found.append(int(process.parent.name))
        except OSError:
            continue
    return found


# --- In the browser -----------------------------------------------------------------------------

FRAME = "const page = document.querySelector('iframe:not(.coming)')?.contentWindow; "
TEXT = FRAME + "return page?.document?.body?.innerText ?? ''"
PLACE = FRAME + "return page.scrollY"
TROUBLE = "const box = document.getElementById('trouble'); return box.hidden ? '' : box.innerText"


@needs_browser
def test_a_saved_edit_stands_on_the_page_which_stays_where_its_reader_was(browser, shipped):
    browser.get_log("browser")
    browser.get(shipped.address)
    wait_until(lambda: "Skanderborg" in browser.execute_script(TEXT))
    browser.execute_script(FRAME + "page.document.querySelector('details').open = true")
    browser.execute_script(FRAME + "page.scrollTo({top: 900, behavior: 'instant'})")
    parameters = shipped.root / "params/skanderborg.yaml"
    edit(parameters, "standfirst: >-\n", "standfirst: >-\n    Dette er nyt.\n")
    wait_until(lambda: "Dette er nyt." in browser.execute_script(TEXT))
    assert browser.execute_script(PLACE) == 900
    assert browser.execute_script(FRAME + "return page.document.querySelector('details').open")
    edit(parameters, "    Dette er nyt.\n", "")
    wait_until(lambda: "Dette er nyt." not in browser.execute_script(TEXT))
    assert browser.get_log("browser") == []


@needs_browser
def test_a_mistake_is_shown_with_its_line_and_goes_when_it_is_mended(browser, shipped):
    browser.get(shipped.address)
    wait_until(lambda: "Skanderborg" in browser.execute_script(TEXT))
    parameters = shipped.root / "params/skanderborg.yaml"
    edit(parameters, "years: {start: 2023", "years: {start: 2O23")
    wait_until(lambda: browser.execute_script(TROUBLE))
    told = browser.execute_script(TROUBLE)
    assert "1 error" in told
    assert "params/skanderborg.yaml:12:11 CB111 error" in told
    assert "years: {start: 2O23" in told
    assert "Write the number" in told
    assert browser.execute_script("return document.getElementById('pages').inert")
    edit(parameters, "2O23", "2023")
    wait_until(lambda: not browser.execute_script(TROUBLE))
    assert not browser.execute_script("return document.getElementById('pages').inert")
    assert "Skanderborg" in browser.execute_script(TEXT)


@needs_browser
def test_what_a_page_says_cannot_run_in_the_page_around_it(browser, preview):
    browser.get(preview.address)
    edit(
        preview.root / "params/lille.yaml", "title: Ledelse", "titel: <img src=x onerror=alert(1)>"
    )
    wait_until(lambda: "<img src=x" in browser.execute_script(TROUBLE))
    assert not browser.execute_script("return document.querySelector('#trouble img')")


@needs_browser
def test_the_browser_says_when_the_preview_has_ended(browser, preview):
    browser.get(preview.address)
    ended = "return !document.getElementById('ended').hidden"
    wait_until(lambda: browser.execute_script(TEXT))
    assert not browser.execute_script(ended)
    preview.end()
    wait_until(lambda: browser.execute_script(ended))
    browser.get("about:blank")


# --- What is watched ----------------------------------------------------------------------------

SESSIONS = "session_id;activity;date;status\nS1;workshop;2023-05-01;held\n"


SAVED = [
    ("params/lille/sessions.csv", SESSIONS, "params: phases changed"),
    ("notebooks/lille/case_report.ipynb", json.dumps(tiny.notebook("'egen'")), "notebook changed"),
    ("templates/_brand.yml", 'color: {primary: "#005f73"}\n', "brand changed"),
    ("notebooks/workshops.ipynb", json.dumps(tiny.notebook()), "insights: workshops changed"),
]


def test_a_table_a_notebook_or_a_brand_that_is_saved_makes_a_new_page_and_no_other(preview):
    for file, content, reason in SAVED:
        path = preview.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        (outcome,) = preview.until("built")["outcomes"]
        assert reason in outcome["reasons"]
    made = [page.name for page in (preview.root / "build").rglob("*.html")]
    assert made == ["case_report.public.da.html"]


def test_a_cell_that_fails_is_named_and_the_next_edit_is_shown(preview):
    tiny.write_notebook(preview.root, "case_report", "1 / 0")
    said = preview.until("failed")
    assert "`1 / 0`: ZeroDivisionError" in said["diagnostics"][0]["message"]
    tiny.write_notebook(preview.root, "case_report", "1 / 1")
    assert preview.until("built")["diagnostics"] == []


def test_an_edition_that_may_not_leave_the_firm_is_not_shown_and_the_internal_one_is(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    edit(root / "params/lille.yaml", "title: Ledelse på tværs", "title: 'TODO: Hvad hedder det?'")
    public = Preview(root, "lille")
    said = public.until("refused")
    assert [one["code"] for one in said["diagnostics"]] == ["CB148"]
    assert "--audience internal" in said["hint"]
    public.end()
    internal = Preview(root, "lille", "--audience", "internal", "--document", "learning_summary")
    assert internal.until("built")["outcomes"][0]["document"] == "learning_summary"
    internal.end()


def test_a_preview_may_begin_with_a_mistake(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    edit(root / "params/lille.yaml", "  title:", "  titel:")
    opened = Preview(root, "lille")
    assert {one["code"] for one in opened.said()["diagnostics"]} == {"CB101", "CB152"}
    edit(root / "params/lille.yaml", "  titel:", "  title:")
    assert opened.until("built")["diagnostics"] == []
    opened.end()


def test_another_build_is_waited_for(preview):
    with hold(preview.root / "build"):
        edit(preview.root / "params/lille.yaml", "Ledelse på tværs", "Ledelse")
        assert "Another build" in preview.said()["message"]
    assert preview.until("built")["message"] == ""


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
def test_a_warm_process_that_is_killed_is_started_again(preview):
    for process in at_work(preview.root):
        if server.__name__ in Path(f"/proc/{process}/cmdline").read_text():
            os.kill(process, signal.SIGKILL)
    edit(preview.root / "params/lille.yaml", "title: Ledelse", "title: Mere ledelse")
    preview.until("built")


# --- What is served -----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
@pytest.mark.parametrize("path", ["/", "/events", "/pages/lille/case_report.public.da.html"])
def test_who_asks_for_another_host_gets_nothing(shipped, host, path):
    assert shipped.get(path, host).status == 421


@pytest.mark.parametrize(
    "path",
    [
        "/pages/casebook.sqlite",
        "/pages/skanderborg/notebooks/case_report.public.da.ipynb",
        "/pages/../params/skanderborg.yaml",
        "/pages/%2e%2e/params/skanderborg.yaml",
        "/pages/skanderborg/other.html",
        "/params/skanderborg.yaml",
        "/index.html",
        "//etc/passwd",
    ],
)
def test_nothing_but_built_pages_is_served(shipped, path):
    (shipped.root / "build/skanderborg/other.html").write_text("hemmeligt", encoding="utf-8")
    assert shipped.get(path).status == 404


def test_a_page_is_served_as_it_is_built_and_no_other_site_may_frame_it(shipped):
    answer = shipped.get("/pages/skanderborg/case_report.public.da.html")
    page = shipped.root / "build/skanderborg/case_report.public.da.html"
    assert (answer.status, answer.read()) == (200, page.read_bytes())
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_listens_on_loopback_only(shipped):
    port = urlsplit(shipped.address).port
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert [place for place in listening if int(place[-4:], 16) == port] == [f"0100007F:{port:04X}"]


# --- The end ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "busy"), [(signal.SIGINT, False), (signal.SIGINT, True), (signal.SIGTERM, True)]
)
def test_it_ends_quietly_and_leaves_nothing_running(preview, number, busy):
    if busy:
        began = preview.root / "began"
        cell = f"open({str(began)!r}, 'w').close(); import time; time.sleep(600)"
        tiny.write_notebook(preview.root, "case_report", cell)
        wait_until(began.exists)
    assert preview.end(number) == ""
    assert not list(preview.root.rglob(".writing-*"))
    with (preview.root / "build/.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lile"], "Did you mean 'lille'?"),
        (["lille", "--document", "casebook"], "'case_report'"),
        (["lille", "--audience", "friends"], "'public', 'client', 'internal'"),
    ],
)
def test_what_was_asked_wrongly_is_said_at_once(tmp_path, arguments, said):
    root = tiny.workspace(tmp_path / "w")
    result = tiny.run(root, "preview", *arguments, "--no-browser")
    assert result.returncode == 2
    assert said in result.stderr


def test_a_port_that_is_taken_is_said(shipped):
    port = str(urlsplit(shipped.address).port)
    result = tiny.run(shipped.root, "preview", "skanderborg", "--no-browser", "--port", port)
    assert result.returncode == 2
    assert f"Port {port} cannot be used" in result.stderr


# --- JupyterLab ---------------------------------------------------------------------------------


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """JupyterLab as `casebook lab` starts it, for a user of its own, and where that one's sockets lie."""
    root = tiny.workspace(tmp_path / "w")
    # The path of a socket is short, and pytest's are not.
    run = tempfile.mkdtemp(prefix="run-")
    environment = {**tiny.environment(), "HOME": str(tmp_path), "XDG_RUNTIME_DIR": run}
    environment |= {"JUPYTER_TOKEN": "fiktiv", "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    started = subprocess.Popen(
        [sys.executable, "-m", "casebook", "lab", "--no-browser", "--json", "--allow-root"],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    yield started, run
    started.kill()
    for command, process in commands():
        if run in command:
            os.kill(process, signal.SIGTERM)
    shutil.rmtree(run)


@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs JupyterLab")
def test_lab_starts_on_the_workspace_with_the_casebook_kernel_first(lab, tmp_path):
    started, run = lab
    said = json.loads(started.stdout.readline())
    root = str(tmp_path / "w")
    assert said == {"workspace": root, "kernel": "casebook", "warm": supported()}
    wait_until(lambda: answers(tmp_path / "runtime"))
    (place,) = (tmp_path / "runtime").glob("jpserver-*.json")
    running = json.loads(place.read_text())
    assert running["root_dir"] == root
    assert ask(running, "api/kernelspecs")["default"] == "casebook"
    assert "params" in [one["name"] for one in ask(running, "api/contents")["content"]]
    assert ask(running, "api/kernels", "POST")["name"] == "casebook"
    if supported():
        shared = [process for command, process in commands() if run in command]
        assert len(shared) == 2, "the process that was started beforehand, and the kernel it forked"
    started.send_signal(signal.SIGTERM)
    assert started.wait(60) == 0


def answers(runtime: Path) -> bool:
    """Whether JupyterLab listens: it says where before it does."""
    for place in runtime.glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError):
            return bool(ask(json.loads(place.read_text()), "api/status"))
    return False


def ask(running: dict[str, Any], path: str, method: str = "GET") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", running["port"], timeout=60)
    connection.request(method, f"/{path}", headers={"Authorization": "token fiktiv"})
    return json.loads(connection.getresponse().read())


def commands() -> list[tuple[str, int]]:
    """Warm processes and their kernels: the command and the id of each."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append(((process / "cmdline").read_text(), int(process.name)))
        except OSError:
            continue
    return [one for one in found if server.__name__ in one[0]]


def test_without_jupyterlab_it_is_said_what_to_install(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    code = "import sys; sys.modules['jupyterlab'] = None; from casebook.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "lab"],
        cwd=root,
        env=tiny.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert 'pip install "casebook[lab]"' in done.stderr
    assert "Traceback" not in done.stderr
