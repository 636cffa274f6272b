"""JupyterLab as a reader sees it: a page of it in Chromium, and a server for looking at a notebook."""
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from chromium import Chromium, wait_for

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
CELLS = f"[...document.querySelectorAll('{PANEL} .jp-CodeCell')]"
PICTURES = f"[...document.querySelectorAll('{PANEL} .jp-OutputArea-output img')]"


class Lab(Chromium):
    """A JupyterLab page with one notebook open."""

    def ready(self):
        """Waits until the notebook is shown with all its cells."""
        self.wait("JupyterLab", f"!!document.querySelector('{PANEL} .jp-Cell')", 90)
        self.wait("the splash to go", "!document.querySelector('#jupyterlab-splash')")

    def kernel_ready(self):
        """Waits until the kernel answers. Before the page has a kernel it says "idle" too, and runs nothing."""
        kernel = f"document.querySelector('{PANEL} .jp-KernelName')?.textContent"
        self.wait("a kernel", f"/Rust/.test({kernel})", 300)
        since = [time.monotonic()]
        status = f"document.querySelector('{PANEL} .jp-Notebook-ExecutionIndicator')?.dataset.status"

        def steady():
            if self.evaluate(status) != "idle":
                since[0] = time.monotonic()
            return time.monotonic() - since[0] > 2

        wait_for("a kernel that stays idle", 300, steady)

    def no_kernel(self):
        """Answers the question for a kernel: none."""
        self.click(".jp-Dialog button", "No Kernel")
        self.wait("the dialog to go", "!document.querySelector('.jp-Dialog')")

    def menu(self, *labels):
        """Chooses an entry of the menu bar: menu("Run", "Run All Cells")."""
        self.click(".lm-MenuBar-itemLabel", labels[0])
        for label in labels[1:]:
            self.click(".lm-Menu-itemLabel", label)

    def kernel_idle(self, seconds=90):
        status = f"document.querySelector('{PANEL} .jp-Notebook-ExecutionIndicator')?.dataset.status"
        self.wait("an idle kernel", f"{status} === 'idle'", seconds)

    def prompts(self):
        """The number before each code cell that is shown, as "[3]:"; a folded cell has none."""
        cells = f"[...document.querySelectorAll('{PANEL} .jp-CodeCell .jp-InputPrompt')]"
        return [prompt for prompt in self.evaluate(f"{cells}.map(e => e.textContent)") if prompt]

    def run_all(self, seconds=180):
        """Clears every output, runs all cells, and waits for the last. The window must be as tall as the notebook:
        JupyterLab keeps only the cells that are in view."""
        self.menu("Edit", "Clear Outputs of All Cells")
        wait_for("cleared prompts", 10, lambda: (shown := self.prompts()) and set(shown) == {"[ ]:"})
        number = len(self.prompts())
        self.menu("Run", "Run All Cells")
        ran = lambda: len(done := self.prompts()) >= number and all(re.match(r"\[\d+\]", prompt) for prompt in done)
        wait_for("every cell to run", seconds, ran)
        self.kernel_idle()

    def run(self, at):
        """Runs code cell number `at`, counted from 0, as a reader does, and stays in it."""
        self.into(at)
        self.press("Enter", 13, ctrl=True)

    def into(self, at):
        """Clicks into the editor of a code cell."""
        self.evaluate(
            "document.querySelectorAll('[data-chosen]').forEach(e => e.removeAttribute('data-chosen')),"
            f"{CELLS}[{at}].querySelector('.cm-content').setAttribute('data-chosen', '')"
        )
        self.click("[data-chosen]")

    def write(self, at, text):
        """Replaces what a code cell holds."""
        self.into(at)
        self.press("a", 65, ctrl=True)
        self.type(text)

    def source(self, at):
        lines = f"[...{CELLS}[{at}].querySelectorAll('.cm-line')].map(line => line.textContent).join('\\n')"
        return self.evaluate(lines)

    def shown(self, at):
        """The text that a code cell shows, pictures as PICTURE."""
        outputs = f"[...({CELLS}[{at}]?.querySelectorAll('.jp-OutputArea-output') ?? [])]"
        return self.evaluate(f"{outputs}.map(e => e.innerText + (e.querySelector('img') ? 'PICTURE' : '')).join('\\n')")

    def running(self, at):
        return self.evaluate(f"{CELLS}[{at}].querySelector('.jp-InputPrompt').textContent") == "[*]:"

    def ended(self, at, seconds=120):
        """Waits until a code cell has run, or has run again; says how long that took."""
        start = time.monotonic()
        wait_for(f"cell {at} to end", seconds, lambda: not self.running(at))
        self.kernel_idle()
        return time.monotonic() - start

    def stop(self):
        """Presses the stop button."""
        self.click("[data-jp-item-name='interrupt']")

    def pictures(self):
        """What each picture in an output looks like to the reader."""
        return self.evaluate(
            f"{PICTURES}.map(e => ({{alt: e.alt, kind: e.src.slice(0, 24), width: e.clientWidth, "
            "height: e.clientHeight, filter: getComputedStyle(e).filter, loaded: e.complete && e.naturalWidth > 0}))"
        )

    def trusted(self):
        title = self.evaluate("document.querySelector('[title*=\"trusted\" i]')?.title ?? ''")
        return "not trusted" not in title.lower() if title else None

    def pages(self, folder, name):
        """Screenshots of the whole notebook, top to bottom, as NAME-01.png, NAME-02.png, …"""
        Path(folder).mkdir(parents=True, exist_ok=True)
        for old in Path(folder).glob(f"{name}-[0-9][0-9].png"):
            old.unlink()
        outer = f"document.querySelector('{PANEL} .jp-WindowedPanel-outer')"
        last = f"[...document.querySelectorAll('{PANEL} .jp-Cell')].at(-1).getBoundingClientRect().bottom"
        position, made = 0, []
        while len(made) < 99:
            self.evaluate(f"{outer}.scrollTop = {position}")
            time.sleep(0.4)  # what scrolls into view is laid out only then
            made.append(Path(folder, f"{name}-{len(made) + 1:02}.png"))
            self.screenshot(made[-1])
            top, shown, end = self.evaluate(f"[{outer}.scrollTop, {outer}.clientHeight, {last}]")
            if end <= self.height:
                break
            position = top + shown - 60  # a few lines twice, so that nothing is cut in two
        return made


def scratch(name, *cells):
    """Writes a notebook with these code cells, or ("markdown", text), where JupyterLab finds it; gives its path."""
    path = Path(f"target/lab/browser/{name}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    cells = [
        {"cell_type": kind, "id": f"cell-{at}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for at, (kind, source) in enumerate(parts)
    ]
    spec = {"display_name": "Rust", "language": "rust", "name": "rust"}
    path.write_text(json.dumps({"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def at(address, path):
    """The address of another file of the same server, without what a reader had open before."""
    return re.sub(r"/lab/tree/[^?]*", f"/lab/workspaces/tests/tree/{quote(str(path))}", address) + "&reset"


@contextlib.contextmanager
def server(notebook, theme="light", trusted=False):
    """A JupyterLab of its own for one notebook, which nobody has trusted unless asked for; gives the page's address."""
    with tempfile.TemporaryDirectory(prefix="jupyterlab-") as home:
        root = Path(home, "files")
        root.mkdir()
        shutil.copy(notebook, root)
        images = Path(notebook).with_name("images")
        if images.is_dir():
            shutil.copytree(images, root / "images")
        settings = Path(home, "settings/@jupyterlab/apputils-extension")
        settings.mkdir(parents=True)
        choice = {"theme": "JupyterLab Dark" if theme == "dark" else "JupyterLab Light"}
        Path(settings, "themes.jupyterlab-settings").write_text(json.dumps(choice))
        Path(settings, "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
        own = {"JUPYTER_DATA_DIR": f"{home}/data", "JUPYTER_CONFIG_DIR": f"{home}/config",
               "JUPYTER_RUNTIME_DIR": f"{home}/runtime", "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings",
               "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces", "JUPYTER_PATH": ""}
        if trusted:
            subprocess.run([sys.executable, "-m", "jupyter", "trust", root / Path(notebook).name], env=os.environ | own, check=True)
        log = Path(home, "log")
        with log.open("w") as lines:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
                 f"--ServerApp.root_dir={root}", "--IdentityProvider.token=look",
                 # Somebody else's: set-up has put the kernel into this environment.
                 "--KernelSpecManager.allowed_kernelspecs=python3"],
                env=os.environ | own, stdout=lines, stderr=lines,
            )
        try:
            found = lambda: re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text())
            port = wait_for("JupyterLab's server", 60, found).group(1)
            yield f"http://127.0.0.1:{port}/doc/tree/{quote(Path(notebook).name)}?token=look"
        finally:
            process.terminate()
            process.wait()
