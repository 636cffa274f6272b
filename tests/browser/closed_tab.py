"""What a reader finds again: a tab is closed while a cell runs, and the notebook is opened again after its end, and before it.

    python closed_tab.py ADDRESS
"""
import json
import sys
import time

from chromium import wait_for
from reader import Lab, at, scratch

LONG = """let before = 7;
println!("this came early");
for _ in 0..20 { if stop_asked() { break; } std::thread::sleep(secs(1)); }
let downloads = compare(Downloads { files: 4, size: KIB, latency: ms(5) }).rounds(5).run();
downloads.chart()"""


def main(address):
    path = scratch("closed-tab", LONG, 'println!("before is still {before}");')
    other = scratch("closed-tab-other", 'println!("two notebooks at once");')
    whole = lambda text: "this came early" in text and "PICTURE" in text
    with Lab(1400, 1200) as lab:
        lab.open(at(address, path))
        lab.ready()
        lab.kernel_ready()

        lab.run(0)
        lab.wait("the first line", "document.body.textContent.includes('this came early')", 60)
        lab.close_tab()
        start = time.monotonic()
        lab.open(at(address, other))  # and another notebook goes its own way meanwhile
        lab.ready()
        lab.kernel_ready()
        lab.run(0)
        wait_for("the other notebook", 60, lambda: "two notebooks at once" in lab.shown(0))
        lab.close_tab()
        time.sleep(max(0, 40 - (time.monotonic() - start)))
        lab.open(at(address, path))
        lab.ready()
        wait_for("what was shown meanwhile", 60, lambda: whole(lab.shown(0)) and not lab.running(0))
        saved = lambda: [output["output_type"] for output in json.loads(path.read_text())["cells"][0]["outputs"]]
        wait_for("it to be saved", 30, lambda: saved() == ["stream", "execute_result"])
        print("closed for 40 s, the cell ended meanwhile: its result is there, and saved")

        lab.kernel_ready()
        lab.run(1)
        wait_for("the variables", 60, lambda: "before is still 7" in lab.shown(1))
        lab.run(0)
        wait_for("a run anew", 30, lambda: lab.running(0) and "PICTURE" not in lab.shown(0))
        time.sleep(3)
        lab.close_tab()
        lab.open(at(address, path))
        lab.ready()
        wait_for("the cell to run still", 15, lambda: lab.running(0) and "this came early" in lab.shown(0))
        start = time.monotonic()
        wait_for("its result", 90, lambda: whole(lab.shown(0)) and not lab.running(0))
        print(f"opened again while it ran: its result came {time.monotonic() - start:.0f} s later")


main(*sys.argv[1:])
