"""Run All on notebooks of the course: every picture is shown, and no cell fails but those that are meant to.

    python course.py ADDRESS FOLDER_FOR_SCREENSHOTS NOTEBOOK…
"""
import json
import sys
import time
from pathlib import Path

from reader import CELLS, Lab, at

ERRORS = f"{CELLS}.map((c, at) => c.querySelector('[data-mime-type*=error], [data-mime-type*=stderr]') ? at : -1).filter(at => at >= 0)"


def run(lab, address, folder, notebook):
    code = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    meant = [at for at, cell in enumerate(code) if "raises-exception" in cell["metadata"].get("tags", [])]
    lab.open(at(address, f"notebooks/{notebook.name}"))
    lab.ready()
    lab.kernel_ready()
    start = time.monotonic()
    lab.run_all(600)
    took = time.monotonic() - start
    time.sleep(2)
    failed, pictures = lab.evaluate(ERRORS), lab.pictures()
    print(f"{notebook.stem}: {took:.0f} s, {len(pictures)} pictures, {len(failed)} cells failed, {len(meant)} of them meant to", flush=True)
    assert failed == meant, f"{notebook.stem}: code cells {failed} failed, {meant} are meant to"
    assert all(p["loaded"] and p["alt"].strip() and p["width"] > 100 for p in pictures), pictures
    lab.screenshot(f"{folder}/course-{notebook.stem}.png")
    lab.menu("Kernel", "Shut Down Kernel")
    time.sleep(1)


def main(address, folder, *notebooks):
    with Lab(1400, 24_000) as lab:
        for notebook in notebooks:
            run(lab, address, folder, Path(notebook))


main(*sys.argv[1:])
