"""Times what a reader waits for, in a bare evcxr kernel and in the lab's, taking turns: in the lab with cells that are new to it,
and with cells that an earlier kernel has run.

Arguments: the kernel binary, the folder with the lab's kernelspec, the notebooks' folder, the number of rounds.
"""

import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

binary, kernels, notebooks, rounds = sys.argv[1:5]
READING = 10.0  # seconds that a reader reads before the first key press
EDITS = 5

# The same numbers in both charts, so that nothing but the drawing differs.
VALUES = {"sequential": 1.02, "async": 0.053, "threads": 0.049, "pool": 0.51, "processes": 0.055}

BARE = {
    "set-up": """:dep tokio = { version = "1", features = ["rt-multi-thread", "time", "net", "macros"] }
:dep rayon = "1"
:dep crossbeam = "0.8"
:dep sysinfo = { version = "0.38", default-features = false, features = ["system"] }
:dep plotters = { version = "0.3", default-features = false, features = ["svg_backend", "line_series"] }
use plotters::prelude::*;""",
    "let": "let values = vec![%s];" % ", ".join(f'("{name}", {value})' for name, value in VALUES.items()),
    "chart": """{
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (900, 380)).into_drawing_area();
        area.fill(&WHITE).unwrap();
        let mut chart = ChartBuilder::on(&area).margin(10).x_label_area_size(30).y_label_area_size(80)
            .caption("time of a run, EDIT", ("sans-serif", 20)).build_cartesian_2d(0.0..1.1, 0..values.len()).unwrap();
        chart.configure_mesh().x_desc("seconds").draw().unwrap();
        chart.draw_series(values.iter().enumerate().map(|(row, (_, value))| {
            Rectangle::new([(0.0, row), (*value, row + 1)], BLUE.filled())
        })).unwrap();
        area.present().unwrap();
    }
    println!("EVCXR_BEGIN_CONTENT text/html\\n{}\\nEVCXR_END_CONTENT", svg);
}""",
}

LAB = {
    "set-up": ':dep concurrency-lab = { path = "../support-crate" }\nuse concurrency_lab::prelude::*;',
    "let": "let files = 4;\nlet latency = ms(1);",
    "chart": 'Comparison::load("RESULT").chart().width(EDIT)',
}


def new():
    """What makes a cell one that no kernel has run before."""
    return f" // {time.time_ns()}"


class Kernel:
    """A kernel that is started, asked and ended."""

    def __init__(self, folder, extra=None):
        specs = KernelSpecManager(kernel_dirs=[str(folder)])
        self.manager = KernelManager(kernel_name="rust", kernel_spec_manager=specs)
        environment = {**os.environ, "JUPYTER_PATH": str(pathlib.Path(folder) / "none"), **(extra or {})}
        started = time.perf_counter()
        self.noise = open(os.devnull, "wb")
        self.manager.start_kernel(cwd=notebooks, env=environment, stdout=self.noise, stderr=self.noise)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=900)
        self.ready = time.perf_counter() - started

    def ask(self, code):
        """Seconds until the cell has ended, and what it showed."""
        shown, wrong = [], []

        def take(message):
            kind, content = message["msg_type"], message["content"]
            if kind in ("execute_result", "display_data"):
                shown.append(content["data"])
            elif kind == "error":
                wrong.append(content["evalue"])

        started = time.perf_counter()
        reply = self.client.execute_interactive(code, timeout=900, output_hook=take)
        took = time.perf_counter() - started
        if reply["content"]["status"] != "ok":
            raise SystemExit(f"error: a cell failed: {code}\n{' '.join(wrong)}")
        return took, shown

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.noise.close()


def live(folder, cells, extra=None):
    """One reader's life: every wait in seconds."""
    kernel = Kernel(folder, extra)
    waits = {"kernel ready": kernel.ready}
    waits["set-up cell"] = kernel.ask(cells["set-up"])[0]
    waits["first let"] = kernel.ask(cells["let"])[0]
    edits = []
    for number in range(EDITS + 1):
        # What was edited is new to every kernel.
        mark = "" if number == 0 else new()
        took, shown = kernel.ask(cells["chart"].replace("EDIT", str(900 + number)) + mark)
        if not any("text/html" in data for data in shown):
            raise SystemExit(f"error: no chart was shown by {folder}")
        edits.append(took)
    waits["first chart"] = edits[0]
    cells_alone = waits["set-up cell"] + waits["first let"] + edits[0]
    waits["kernel start to first chart"] = kernel.ready + cells_alone
    waits["first key to chart, after 10 s of reading"] = max(0.0, kernel.ready - READING) + cells_alone
    waits["edit to chart again"] = statistics.median(edits[1:])
    kernel.end()
    return waits


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bare" / "rust").mkdir(parents=True)
        spec = {"argv": [binary, "--control_file", "{connection_file}"], "display_name": "Rust", "language": "rust"}
        (folder / "bare" / "rust" / "kernel.json").write_text(json.dumps(spec))
        result = folder / "result.json"
        cells = {**LAB, "chart": LAB["chart"].replace("RESULT", str(result))}
        first = Kernel(kernels)
        first.ask(f'compare(Downloads {{ files: 4, size: KIB, latency: ms(1) }}).rounds(3).run().save("{result}");')
        first.end()
        live(kernels, cells)
        waits = {"bare evcxr": [], "lab": [], "again": []}
        for number in range(int(rounds)):
            print(f"round {number + 1} of {rounds} ...", file=sys.stderr, flush=True)
            fresh = {name: cell + new() for name, cell in cells.items()}
            order = [("bare evcxr", folder / "bare", BARE), ("lab", kernels, fresh), ("again", kernels, cells)]
            for name, specs, what in order if number % 2 == 0 else reversed(order):
                waits[name].append(live(specs, what))
    print(f"medians of {rounds} rounds, seconds; `again`: the cells were run by an earlier kernel\n")
    print(f"{'':44}{'bare evcxr':>12}{'lab':>9}{'bare / lab':>13}{'again':>9}")
    for what in waits["lab"][0]:
        bare, lab, again = (statistics.median(one[what] for one in waits[name]) for name in waits)
        print(f"{what:44}{bare:12.2f}{lab:9.2f}{bare / lab:12.1f}x{again:9.2f}")


main()
