"""Executes one notebook, telling the parent about every cell and asking it whether to go on.

Reads one JSON object (the job) from standard input, then a line for each answer; writes one JSON object a line.
"""

import ctypes
import json
import queue
import signal
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4.rwbase import split_lines

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
# evcxr passes on what a cell printed from a thread of its own, so a line can arrive after the word that the cell is
# done. Where a pause this long follows (seconds), no more is taken to come.
PAUSE = 0.02

replies = sys.stdout
sys.stdout = sys.stderr


def say(**message):
    replies.write(json.dumps(message) + "\n")
    replies.flush()


class LateOutput:
    """Adds to a cell the lines that arrive after its end. nbclient leaves them out."""

    def __init__(self, client):
        self.client = client

    async def collect(self, cell, cell_index, execute_reply):
        while True:
            try:
                message = await self.client.kc.get_iopub_msg(timeout=PAUSE)
            except queue.Empty:
                break
            try:
                self.client.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                pass


def joined(outputs):
    """One output for what was printed in a row, as JupyterLab keeps it: evcxr sends each line alone."""
    whole = []
    for output in outputs:
        if output.output_type == "stream" and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def main():
    # A run that is cancelled, or whose terminal is closed, takes its kernel along. However the parent ends, the system
    # says so here.
    for cancel in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(cancel, lambda *_: sys.exit(1))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    job = json.loads(sys.stdin.readline())
    notebook = nbformat.reads(json.dumps(job["notebook"]), as_version=4)
    client = NotebookClient(
        notebook,
        timeout=job["timeout"],
        startup_timeout=job["startup"],
        kernel_name="rust",
        record_timing=False,
        # A cell at work would not hear a request to end.
        shutdown_kernel="immediate",
        resources={"metadata": {"path": job["folder"]}},
    )
    client.on_cell_executed = LateOutput(client).collect
    log = open(job["log"], "ab")
    with client.setup_kernel(stdout=log, stderr=log):
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
                dead = f"it took longer than {job['timeout']} s"
            except DeadKernelError:
                dead = "the kernel died"
            cell.outputs = joined(cell.outputs)
            # Texts as lists of lines, as files hold them: a change then shows as a line in a diff.
            outputs = split_lines(nbformat.from_dict({"cells": [cell]})).cells[0].outputs
            say(event="ended", cell=index, outputs=outputs, count=cell.execution_count, dead=dead)
            if sys.stdin.readline().strip() != "go":
                break


main()
