"""Keeps what a cell shows while no page of its notebook is open, and sends it to the next page that opens it.

Jupyter's server passes a kernel's messages on to the pages that are open at that moment, and no page but the one that ran a
cell knows which cell a message is for. Written by `cargo lab`; `page.js` is what receives it.
"""

import json
from collections import deque

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop

DELIMITER = b"<IDS|MSG>"  # then a signature, header, parent's header, metadata, content
PROTOCOL = "v1.kernel.websocket.jupyter.org"  # what JupyterLab speaks
MOST = 10_000  # messages that are kept of a cell
LATE = 1.0  # seconds: evcxr's last lines can arrive after the word that the cell has ended


class Run:
    """A cell that runs, or has run and no page knows it."""

    def __init__(self, cell, page, process):
        self.cell, self.asker, self.page, self.process = cell, page, page, process
        self.messages, self.ended = deque(maxlen=MOST), False


class Kept(ZMQChannelsWebsocketConnection):
    """The connection of a page with a kernel."""

    kernels = {}  # the runs of each kernel, by the id of the request
    listeners = {}  # what hears each kernel

    @property
    def runs(self):
        return self.kernels[self.kernel_id]

    @property
    def process(self):
        return getattr(self.kernel_manager.provisioner, "pid", None)

    def is_open(self, page):
        return f"{self.kernel_id}:{page}" in self._open_sessions

    def connect(self):
        for ended in self.kernels.keys() - set(self.multi_kernel_manager.list_kernel_ids()):
            del self.kernels[ended]
            self.listeners.pop(ended).close()
        if self.kernel_id not in self.kernels:
            self.kernels[self.kernel_id] = {}
            self.listeners[self.kernel_id] = self.kernel_manager.connect_iopub()
            self.listeners[self.kernel_id].on_recv(self.keep)
        connected = super().connect()
        if connected is not None:
            connected.add_done_callback(lambda _: self.hand_over())
        return connected

    def handle_incoming_message(self, message):
        if self.subprotocol == PROTOCOL:
            channel, parts = deserialize_msg_from_ws_v1(message)
            header, metadata = json.loads(bytes(parts[0])), json.loads(bytes(parts[2]))
            if channel == "shell" and header["msg_type"] == "execute_request" and "cellId" in metadata:
                self.runs[header["msg_id"]] = Run(metadata["cellId"], header["session"], self.process)
        super().handle_incoming_message(message)

    def keep(self, message):
        """Notes a message of the kernel, whatever page is open."""
        header, parent, _, content = map(json.loads, message[message.index(DELIMITER) + 2 :][:4])
        run = self.kernels.get(self.kernel_id, {}).get(parent.get("msg_id"))
        if run is None:
            return
        run.messages.append(message)
        if header["msg_type"] == "status" and content["execution_state"] == "idle":
            run.ended = True
            IOLoop.current().call_later(LATE, self.forget, parent["msg_id"])

    def forget(self, request):
        """A page that was open until now has what the run showed."""
        runs = self.kernels.get(self.kernel_id, {})
        if request in runs and self.is_open(runs[request].page):
            del runs[request]

    def hand_over(self):
        """Sends this page what pages that were closed did not live to see."""
        page = self.session.session
        for request, run in list(self.runs.items()):
            if run.process != self.process:  # the kernel was started anew meanwhile
                del self.runs[request]
            elif not self.is_open(run.page):
                run.page = page
                for message in run.messages:
                    self.handle_outgoing_message("iopub", message)
                if run.ended:
                    del self.runs[request]

    def handle_outgoing_message(self, stream, message):
        """Names the cell in a message for a page that did not run it."""
        if stream == "iopub" or getattr(stream, "channel", None) == "iopub":
            at = message.index(DELIMITER)
            run = self.runs.get(json.loads(message[at + 3]).get("msg_id"))
            if run is not None and run.page == self.session.session != run.asker:
                metadata = json.loads(message[at + 4]) | {"cell": run.cell}
                message = [*message[: at + 4], json.dumps(metadata).encode(), *message[at + 5 :]]
        super().handle_outgoing_message(stream, message)


c.ServerApp.kernel_websocket_connection_class = Kept  # noqa: F821 (Jupyter's own name for its settings)
