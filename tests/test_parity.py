"""A notebook comes out the same through a forked kernel as through papermill's own engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
import tiny

from casebook.kernels.own import kernel_for
from casebook.kernels.process import WarmProcess, supported

pytestmark = [
    pytest.mark.xdist_group("warm"),
    pytest.mark.skipif(not supported(), reason="kernels cannot be forked here"),
]

SHOW = "from IPython.display import *\n"

CORPUS: dict[str, Sequence[str]] = {
    "streams": [
        "import sys\nprint('ud'); print('fejl', file=sys.stderr); print('æøå')",
        "for i in range(3): print(i, end=' ', flush=True)",
        "print('a\\rb'); sys.stdout.write('uden linjeskift')",
    ],
    "displays": [
        f"{SHOW}print('før'); display(HTML('<b>x</b>'), 7); print('efter')",
        "h = display('første', display_id='a')\ndisplay('anden', display_id='b')",
        "h.update('ændret'); update_display(Markdown('*b*'), display_id='b')",
    ],
    "clear_output": [
        f"{SHOW}print('væk'); clear_output(); print('bliver')",
        "print('1'); clear_output(wait=True); print('2'); clear_output(wait=True)",
        "display('x'); clear_output(wait=True); display('y')",
    ],
    "an error": ["x = 1", "def f():\n    return x / 0\nprint('før')\nf()", "print('nås ikke')"],
    "a syntax error": ["if x:"],
    "exit codes": ["import sys\nsys.exit(3)"],
    "warnings": [
        "import warnings\nwarnings.formatwarning = lambda message, *_: f'{message}\\n'",
        "def f(): warnings.warn('igen')\nf()",
        "f()\n1 is 1",
        "f()\n'\\d'",
        "warnings.simplefilter('always')\nf()\n'\\d'",
        "warnings.simplefilter('error')\n'\\d'",
    ],
    "no input": ["print('før')\ninput('Navn? ')"],
    "rich results": [
        f"{SHOW}1 + 1",
        "_ + 1, Out, In[1][:4]",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
        "Latex('$x$')",
        "JSON({'a': [1, 2]})",
        "import base64\nImage(base64.b64decode('iVBORw0KGgo='), format='png')",
        "class Both:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': 'p', 'application/x-own+json': {'k': 1}}\nBoth()",
        "import pandas as pd\npd.DataFrame({'a': [1, 2], 'æ': [None, 'x']})",
    ],
    "asyncio": [
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('vågen')",
        "async def f(x):\n    await asyncio.sleep(0)\n    return x * 2\nawait asyncio.gather(f(1), f(2))",
        "task = asyncio.ensure_future(f(21))",
        "if True:\n    await asyncio.sleep(0)\n    print('i en blok')",
        "  import asyncio  # indrykket\n  print([await f(1) for _ in range(2)])",
        "await task, asyncio.get_running_loop().is_running()",
    ],
    "magics": [
        "%%capture held\nprint('fanget')",
        "held.stdout",
        "a = 1\n%who",
        "%env CASEBOOK_TEST=1\nimport os\nos.environ['CASEBOOK_TEST']",
        "%%writefile note.txt\nhej",
        "%pwd\nopen('note.txt').read()",
        "!echo fra skallen",
        "%%bash\necho fra bash",
        "names = !echo en; echo to\nwhere = %pwd\nnames, len(where) > 1",
        "def f():\n    %env CASEBOOK_TEST\n    return 1\nf()",
        'text = """\n%pwd\n!ls\n?\n"""\ntext',
        "\n\n>>> 1 +\\\n... 1",
        "%no_such_magic",
    ],
    "pyplot": [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2, 1]);",
        "fig, ax = plt.subplots(figsize=(2, 1)); ax.bar([1, 2], [3, 4])\nplt.show()",
        "plt.get_backend(), plt.rcParams['figure.dpi']",
    ],
    "subprocesses": [
        "import os, subprocess, time\nos.system('echo fra system'); time.sleep(0.5)",
        "subprocess.run(['echo', 'fra run']); time.sleep(0.5)",
        "subprocess.run(['sh', '-c', 'echo fejl >&2']); time.sleep(0.5)",
        "os.write(1, 'æ direkte'.encode()); time.sleep(0.5)",
        "subprocess.run(['cat'], stdin=subprocess.DEVNULL, capture_output=True).stdout",
    ],
    "threads": [
        "import threading\nt = threading.Thread(target=print, args=('tråd',)); t.start(); t.join()",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, -2])))",
    ],
    "forks": [
        "import os, sys, time\npid = os.fork()\nif pid == 0:\n    print('barn', flush=True); os._exit(0)\nos.waitpid(pid, 0); time.sleep(0.5); print('forælder')",
    ],
    "big outputs": [
        "print('0123456789abcde\\n' * 60_000)",
        f"{SHOW}display({{'text/plain': 'x', 'text/x-own': 'y' * 3_000_000}}, raw=True)",
    ],
    "widgets": [
        "from comm import create_comm\nstate = {'_model_name': 'IntSliderModel', '_model_module': '@jupyter-widgets/controls', '_model_module_version': '2.0.0', 'value': 7}\nc = create_comm(target_name='jupyter.widget', comm_id='w1', data={'state': state, 'buffer_paths': []})",
        "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'w1', 'version_major': 2, 'version_minor': 0}, 'text/plain': 'IntSlider(value=7)'}, raw=True)",
        "c.send({'method': 'update', 'state': {'value': 9}, 'buffer_paths': [['raw']]}, buffers=[b'abc'])",
    ],
    "the place where it runs": [
        "import os, signal, sys\n[os.path.basename(sys.argv[0]), os.getcwd(), __name__, sys.stdin.isatty(), sys.flags.safe_path, sys._xoptions]",
        "sys.path",
        "import pandas, matplotlib.pyplot, scipy.stats, logging, warnings\n[len(logging.getLogger().handlers), sorted(map(str, warnings.filters))]",
        "import locale\n[signal.getsignal(signal.SIGINT).__name__, signal.getsignal(signal.SIGTERM), sys.getrecursionlimit(), locale.getlocale()]",
        "sorted(name for name in globals() if not name.startswith('_'))",
        "[_dh, get_ipython().starting_dir, [os.environ.get(name) for name in ('TERM', 'PAGER', 'CLICOLOR')]]",
        "get_ipython().history_manager.session_number, get_ipython().parent.ident != ''",
        "import gc\ngc.isenabled(), sys.exc_info(), sys.gettrace(), sys.getswitchinterval()",
    ],
}


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    with WarmProcess(tmp_path_factory.mktemp("warm")) as process:
        yield process


def executed(folder: Path, cells: Sequence[str], address: str) -> dict[str, Any]:
    """The notebook as papermill leaves it, failed or not, without what differs each time."""
    folder.mkdir(exist_ok=True)
    source = nbformat.from_dict(tiny.notebook(*cells))
    path = folder / "executed.ipynb"
    with kernel_for(address) as kernel, suppress(papermill.PapermillExecutionError):
        papermill.execute_notebook(
            source,
            str(path),
            parameters={"voices": ["æøå"]},
            kernel_name="python3",
            language="python",
            progress_bar=False,
            cwd=str(folder),
            execution_timeout=120,
            **kernel,
        )
    return plain(json.loads(path.read_text(encoding="utf-8")))


def plain(notebook: dict[str, Any]) -> dict[str, Any]:
    notebook["metadata"].pop("papermill")
    for cell in notebook["cells"]:
        for name in ("start_time", "end_time", "duration"):
            cell["metadata"].get("papermill", {}).pop(name, None)
        cell["metadata"].pop("execution", None)
        cell["id"] = ""
        if "outputs" in cell:
            cell["outputs"] = list(joined(cell["outputs"]))
    return notebook


def joined(outputs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Outputs with each run of printed text in one: where it is cut is a matter of time."""
    last: dict[str, Any] = {}
    for output in outputs:
        if "text" in output:
            output["text"] = "".join(output["text"])
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
            continue
        last = output
        yield output


@pytest.mark.parametrize("name", CORPUS)
def test_a_notebook_is_the_same_through_both_engines(
    name: str, warm: WarmProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ipykernel does not watch the files of standard output under pytest.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    forked = executed(tmp_path / "w", CORPUS[name], warm.address)
    (tmp_path / "w").rename(tmp_path / "forked")
    stock = executed(tmp_path / "w", CORPUS[name], "")
    assert forked["metadata"] == stock["metadata"]
    for ours, theirs in zip(forked["cells"], stock["cells"], strict=True):
        assert ours == theirs
