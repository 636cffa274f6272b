"""A parameter is changed and its cell run again: the page stays where it is, in the middle of a notebook and at its end.

    python rerun.py ADDRESS
"""
import sys

from chromium import wait_for
from reader import CELLS, PANEL, Lab, at, scratch

CHART = "let files = {files};\nlet fetched = compare(Downloads {{ files, size: KIB, latency: ms(20) }}).budget(secs(2)).run();\nfetched.chart()"
# Where the cell begins and ends in the window, frame by frame.
WATCH = f"""(() => {{
    window.places = [];
    const look = () => {{
        const {{ top, bottom }} = {CELLS}[AT].getBoundingClientRect();
        places.push([top, bottom]);
        window.watch = requestAnimationFrame(look);
    }};
    look();
}})()"""


def rerun(lab, number, files):
    """How far, in pixels, the cell and what follows it moved at most while it ran again."""
    outer = f"document.querySelector('{PANEL} .jp-WindowedPanel-outer')"
    box = f"{CELLS}[{number}].getBoundingClientRect()"
    lab.write(number, CHART.format(files=files))
    lab.evaluate(f"{outer}.scrollTop += {box}.bottom - {outer}.getBoundingClientRect().bottom + 20")
    lab.evaluate("new Promise(resolve => setTimeout(resolve, 1000))")
    picture = lab.evaluate(f"{CELLS}[{number}].querySelector('img').src")
    lab.evaluate(WATCH.replace("AT", str(number)))
    lab.press("Enter", 13, ctrl=True)
    wait_for("the new picture", 120, lambda: (new := lab.evaluate(f"{CELLS}[{number}].querySelector('img')?.src")) and new != picture)
    lab.ended(number)
    lab.evaluate("new Promise(resolve => setTimeout(resolve, 1000))")
    places = lab.evaluate("cancelAnimationFrame(watch), places")
    assert len(places) > 20, f"only {len(places)} looks"
    assert " so far" not in lab.shown(number), "a line of progress is still there"
    return [max(edge) - min(edge) for edge in zip(*places)]


def main(address):
    prose = lambda number: ("markdown", "\n\n".join(f"Paragraph {line} of part {number}." for line in range(1, 21)))
    path = scratch("rerun", prose(1), CHART.format(files=4), prose(2), prose(3), CHART.format(files=4))
    with Lab(1400, 1000) as lab:
        lab.open(at(address, path))
        lab.ready()
        lab.kernel_ready()
        for number, place in enumerate(["in the middle of a notebook", "at its end"]):
            lab.run(number)
            wait_for("the first picture", 120, lambda: "PICTURE" in lab.shown(number))
            top, bottom = map(max, zip(*[rerun(lab, number, files) for files in (6, 8)]))
            print(f"{place}: run again, the cell moved by {top:.0f} pixels at most, what follows it by {bottom:.0f}", flush=True)
            assert top < 3 and bottom < 60  # a line of progress comes and goes

main(*sys.argv[1:])
