"""The stop button, pressed while a cell measures for a minute with one model.

    python stop.py ADDRESS
"""
import sys
import time

from chromium import wait_for
from reader import Lab, at, scratch

MODELS = ["Sequential", "Async", "AsyncOn(2)", "Threads(2)", "Pool(2)", "Processes(2)", "Spawned(2)"]
MEASURES = "let kept_{at} = {at};\ncompare(Waits {{ tasks: 60, wait: ms(100) }}).models([{model}]).budget(secs(60))"


def main(address):
    measures = [MEASURES.format(at=at, model=model) for at, model in enumerate(MODELS)]
    after = "let before = 7;"
    path = scratch("stop", after, *measures, 'println!("before is still {before}");')
    last = len(MODELS) + 1
    with Lab(1400, 4000) as lab:
        lab.open(at(address, path))
        lab.ready()
        lab.kernel_ready()
        lab.run(0)
        lab.ended(0)
        for number, model in enumerate(MODELS, 1):
            lab.run(number)
            wait_for("the cell to measure", 60, lambda: "so far" in lab.shown(number))
            lab.write(last, f'println!("before is still {{before}}, round {number}");')
            start = time.monotonic()
            lab.stop()
            lab.run(last)
            wait_for("the next cell", 30, lambda: f"before is still 7, round {number}" in lab.shown(last))
            print(f"{model}: the next cell had run {time.monotonic() - start:.1f} s after the stop button", flush=True)
            print("   ", " | ".join(lab.shown(number).splitlines())[-160:])
        lab.screenshot("target/lab/screenshots/stopped.png")


main(*sys.argv[1:])
