"""Drives one Jupyter kernel for the tests: a JSON request a line on stdin, a JSON answer a line on stdout.

Started by kernel.rs. The kernel dies with this process, and this process ends when its stdin closes.
"""
import json
import os
import queue
import re
import signal
import sys
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager


def connect(manager):
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=300)
    return client


# A line that a cell printed can arrive after the word that the cell is done; after such a pause (seconds) none does.
PAUSE = 0.05


def finish(manager, client, message, seconds):
    """Collects what one cell showed until the kernel is idle again and nothing more arrives."""
    idle = False
    cell = {"stdout": "", "stderr": "", "error": None, "data": {}, "pid": manager.provisioner.pid}
    started = time.monotonic()
    while True:
        left = seconds - (time.monotonic() - started)
        if left <= 0:
            return cell | {"status": "timeout"}
        if not manager.is_alive():
            return cell | {"status": "dead"}
        try:
            received = client.get_iopub_msg(timeout=PAUSE if idle else min(left, 1.0))
        except queue.Empty:
            if idle:
                break
            continue
        if received["parent_header"].get("msg_id") != message:
            continue
        kind, content = received["msg_type"], received["content"]
        if kind == "stream":
            cell[content["name"]] += content["text"]
        elif kind in ("execute_result", "display_data"):
            cell["data"] |= content["data"]
        elif kind == "error":
            text = [content["ename"], content["evalue"], *content["traceback"]]
            cell["error"] = (cell["error"] or "") + re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(text))
        elif kind == "status" and content["execution_state"] == "idle":
            idle = True
    return cell | {"status": reply_to(client, message, 10)["status"]}


def reply_to(client, message, seconds):
    """The content of the kernel's reply to a request."""
    while True:
        reply = client.get_shell_msg(timeout=seconds)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the kernel is shut down, too
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder, kernels = sys.argv[1:]
    specs = KernelSpecManager(kernel_dirs=[kernels], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="rust", kernel_spec_manager=specs)
    # The kernel's own messages must not mix with the answers on stdout.
    manager.start_kernel(cwd=folder, stdout=sys.stderr, stderr=sys.stderr)
    running = None
    answer = {"pid": manager.provisioner.pid}
    try:
        client = connect(manager)
        while True:
            print(json.dumps(answer), file=answers, flush=True)
            line = sys.stdin.readline()
            if not line:
                break
            request = json.loads(line)
            answer = {}
            match request["do"]:
                case "begin":
                    running = client.execute(request["source"], store_history=True)
                case "finish":
                    answer = finish(manager, client, running, request["seconds"])
                case "complete":
                    asked = client.complete(request["source"], request["position"])
                    answer = reply_to(client, asked, request["seconds"])
                case "interrupt":
                    manager.interrupt_kernel()
                case "kill":
                    os.kill(manager.provisioner.pid, signal.SIGKILL)
    finally:
        manager.shutdown_kernel(now=True)


main()
