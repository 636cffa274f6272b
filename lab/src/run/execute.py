"""Executes one notebook, telling the parent about every cell and asking it whether to go on.

Reads one JSON object (the job) from standard input, then a line for each answer; writes one JSON object a line.
"""

import json
import signal
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

replies = sys.stdout
sys.stdout = sys.stderr


def say(**message):
    replies.write(json.dumps(message) + "\n")
    replies.flush()


def main():
    # A run that is cancelled, or whose terminal is closed, takes its kernel along.
    for cancel in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(cancel, lambda *_: sys.exit(1))
    job = json.loads(sys.stdin.readline())
    notebook = nbformat.reads(json.dumps(job["notebook"]), as_version=4)
    client = NotebookClient(
        notebook,
        timeout=job["timeout"],
        startup_timeout=job["startup"],
        kernel_name="rust",
        record_timing=False,
        resources={"metadata": {"path": job["folder"]}},
    )
    log = open(job["log"], "ab")
    with client.setup_kernel(stdout=log, stderr=log):
        say(event="ready")
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            cell.execution_count = None
            say(event="started", cell=index)
            dead = None
            try:
                client.execute_cell(cell, index)
            except CellExecutionError:
                pass
            except CellTimeoutError:
                dead = f"it took longer than {job['timeout']} s; allow more with `--timeout SECONDS`"
            except DeadKernelError:
                dead = "the kernel died"
            say(event="ended", cell=index, outputs=cell.outputs, count=cell.execution_count, dead=dead)
            if sys.stdin.readline().strip() != "go":
                break
    say(event="finished")


main()
