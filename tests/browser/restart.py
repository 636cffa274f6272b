"""Restart Kernel and Run All Cells, while a cell runs and when nothing does.

    python restart.py ADDRESS
"""
import sys
import time

from chromium import wait_for
from reader import Lab, at, scratch


def restart(lab, last):
    """Presses through the menu and its question; gives the seconds until the last cell had run anew."""
    lab.menu("Kernel", "Restart Kernel and Run All Cells")
    lab.click(".jp-Dialog button.jp-mod-accept")
    start = time.monotonic()
    wait_for("the outputs to be cleared", 60, lambda: "the sum is" not in lab.shown(last))
    died = "!!document.querySelector('.jp-Dialog')?.textContent.includes('Kernel Restarting')"
    wait_for("the last cell", 300, lambda: "the sum is 12" in lab.shown(last) or lab.evaluate(died))
    if lab.evaluate(died):
        # evcxr ends when an answer on its control channel finds nobody; Jupyter's server asks there while a kernel starts.
        print("the kernel died at its start and was started anew by itself: restarting once more", flush=True)
        lab.click(".jp-Dialog button.jp-mod-accept")
        lab.kernel_ready()
        return restart(lab, last)
    return time.monotonic() - start


def main(address):
    waits = "for _ in 0..600 { if stop_asked() { break; } std::thread::sleep(ms(100)); }"
    cells = ["let mut sum = 5;", "sum += 7;", 'println!("the sum is {sum}");']
    with Lab(1400, 1000) as lab:
        lab.open(at(address, scratch("restart", *cells, waits)))
        lab.ready()
        lab.kernel_ready()
        for number in range(3):
            lab.run(number)
            lab.ended(number)
        assert "the sum is 12" in lab.shown(2)
        lab.write(3, "// nothing")
        print(f"restarted at rest: all cells had run {restart(lab, 2):.0f} s later", flush=True)
        lab.write(3, waits)
        lab.run(3)
        wait_for("the cell to run", 30, lambda: lab.running(3))
        time.sleep(2)
        lab.write(3, "// nothing")
        print(f"restarted while a cell ran: all cells had run {restart(lab, 2):.0f} s later", flush=True)


main(*sys.argv[1:])
