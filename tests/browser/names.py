"""Names as a reader meets them while typing: completed by Tab, and explained by Shift and Tab.

    python names.py ADDRESS
"""
import sys
import time

from chromium import wait_for
from reader import Lab, at, scratch

# What is typed, the name that is meant, and what follows it for the cell to run.
TYPED = [
    ("Thr", "Threads", "(2)"),
    ("comp", "compare", "(Waits { tasks: 2, wait: ms(1) }).rounds(3)"),
    ("bu", "busy", "(ms(1))"),
    ("Poo", "Pool", "(2)"),
    ("Pro", "Processes", "(2)"),
]
EXPLAINED = ["compare", "Threads", "film"]
OFFERED = "[...document.querySelectorAll('.jp-Completer:not(.lm-mod-hidden) .jp-Completer-match')].map(e => e.textContent)"


def complete(lab, typed, name, rest):
    lab.write(0, typed)
    offered = []

    def answered():
        nonlocal offered
        offered = lab.evaluate(OFFERED)
        return offered or lab.source(0) != typed

    for _ in range(3):  # rust-analyzer may be reading still
        lab.press("Tab", 9)
        try:
            wait_for("an offer", 20, answered)
            break
        except TimeoutError:
            continue
    if offered:
        lab.press("Enter", 13)
    wait_for("the name to be put in", 10, lambda: lab.source(0) != typed)
    source = lab.source(0)
    print(f"{typed} + Tab: {offered[:3]} and {source!r} is put in", flush=True)
    assert source == name, f"{typed} + Tab put in {source!r}"
    lab.type(rest)
    lab.press("Enter", 13, ctrl=True)
    time.sleep(0.5)
    lab.ended(0)
    assert "error" not in lab.shown(0).lower(), lab.shown(0)


def explain(lab, name):
    lab.write(0, name)
    lab.press("Tab", 9, shift=True)
    text = "document.querySelector('.jp-Tooltip')?.innerText.trim()"
    shown = lab.wait("an explanation", text, 60)
    print(f"{name} + Shift and Tab: {' '.join(shown.split())[:110]} …", flush=True)
    assert name in shown and len(shown) > 100, shown
    lab.press("Escape", 27)


def main(address):
    with Lab(1400, 1000) as lab:
        lab.open(at(address, scratch("names", "cores()")))
        lab.ready()
        lab.kernel_ready()
        lab.run(0)
        lab.ended(0)
        for typed in TYPED:
            complete(lab, *typed)
        for name in EXPLAINED:
            explain(lab, name)


main(*sys.argv[1:])
