"""A headless Chromium, spoken to over its DevTools protocol. Needs nothing that JupyterLab does not bring along."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket  # websocket-client: JupyterLab's server depends on it

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
]


class Chromium:
    """One page of a fresh browser. Positions are in CSS pixels; waits end in a TimeoutError that says for what."""

    def __init__(self, width=1400, height=1000):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise SystemExit("no Chromium was found; on Debian: apt-get install chromium")
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile.name}", f"--window-size={width},{height}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        port_file = Path(self.profile.name, "DevToolsActivePort")
        wait_for("Chromium's start", 30, lambda: port_file.exists() and port_file.read_text().count("\n"))
        self.address = f"http://127.0.0.1:{port_file.read_text().split()[0]}/json"
        with urllib.request.urlopen(f"{self.address}/list") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.width, self.height = width, height
        self.attach(page)

    def attach(self, page):
        self.page = page["id"]
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], suppress_origin=True, timeout=60)
        self.calls = 0
        self.resize(self.width, self.height)

    def close_tab(self):
        """Closes the tab, as a reader who does not care what is unsaved, and goes on in an empty one."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.address}/new?about:blank", method="PUT")) as answer:
            page = json.load(answer)
        self.socket.close()
        urllib.request.urlopen(f"{self.address}/close/{self.page}").close()
        self.attach(page)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def call(self, method, **params):
        """One DevTools command; see the protocol's documentation for the names."""
        self.calls += 1
        self.socket.send(json.dumps({"id": self.calls, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.calls:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def resize(self, width, height):
        self.width, self.height = width, height
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scale(self, factor):
        """Zooms in as a reader does: what is shown is larger, and the window holds less of it."""
        size = {"width": int(self.width / factor), "height": int(self.height / factor)}
        self.call("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=factor, mobile=False)

    def open(self, address):
        self.call("Page.navigate", url=address)

    def evaluate(self, script):
        """The value of a JavaScript expression on the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def wait(self, what, script, seconds=30):
        """Waits until a JavaScript expression is true."""
        try:
            return wait_for(what, seconds, lambda: self.evaluate(script))
        except TimeoutError:
            self.screenshot(os.path.join(tempfile.gettempdir(), "chromium-timeout.png"))
            raise

    def click(self, selector, text=""):
        """Clicks the first visible element that matches a CSS selector and contains a text."""
        place = f"""(() => {{
            const shown = [...document.querySelectorAll({json.dumps(selector)})]
                .find(e => e.textContent.includes({json.dumps(text)}) && e.getClientRects().length);
            if (!shown) return null;
            shown.scrollIntoView({{block: "nearest"}});
            const box = shown.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        x, y = self.wait(f"{selector} with {text!r} to click on", place)
        at = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.call("Input.dispatchMouseEvent", type="mousePressed", **at)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **at)

    def press(self, key, code=0, ctrl=False, shift=False):
        """Presses a key, by its DevTools name and virtual key code."""
        keys = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 2 * ctrl + 8 * shift}
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", **keys)
        if key == "Enter":
            self.call("Input.dispatchKeyEvent", type="char", text="\r", **keys)
        self.call("Input.dispatchKeyEvent", type="keyUp", **keys)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def screenshot(self, path):
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(picture))


def wait_for(what, seconds, ready):
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        value = ready()
        if value:
            return value
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} s")
