"""What a reader does first: opens JupyterLab at an address, runs all cells, changes a parameter, runs again.

    python run_all.py ADDRESS FOLDER_FOR_SCREENSHOTS

Prints nothing and exits with 0 if every cell ran, the pictures were shown and the changed parameter redrew one.
"""
import re
import sys

from reader import PANEL, PICTURES, Lab

CELLS = f"[...document.querySelectorAll('{PANEL} .jp-CodeCell')]"


def change_a_parameter(lab):
    """Halves the first whole number that a `let` binds, and runs on until a picture was drawn again."""
    sources = lab.evaluate(f"{CELLS}.map(c => [...c.querySelectorAll('.cm-line')].map(l => l.textContent).join('\\n'))")
    pattern = re.compile(r"^(let \w+ = )(\d+);", re.M)
    at, source = next((at, source) for at, source in enumerate(sources) if pattern.search(source))
    changed = pattern.sub(lambda found: f"{found[1]}{max(1, int(found[2]) // 2)};", source, count=1)
    picture = f"{CELLS}.slice({at}).map(c => c.querySelector('.jp-OutputArea-output img')?.src).find(src => src)"
    before = lab.evaluate(picture)

    lab.evaluate(f"{CELLS}[{at}].querySelector('.cm-content').setAttribute('data-chosen', '')")
    lab.click("[data-chosen]")
    lab.press("a", 65, ctrl=True)
    lab.type(changed)
    for _ in range(4):  # the picture may be drawn a few cells further down
        lab.press("Enter", 13, shift=True)
        lab.kernel_idle()
    lab.wait("the picture to be drawn again", f"{picture} && {picture} !== {before!r}", 60)


def main(address, folder):
    with Lab(1400, 16_000) as lab:
        lab.open(address)
        lab.ready()
        lab.kernel_ready()
        lab.run_all()
        pictures = lab.pictures()
        assert pictures, "no picture was drawn"
        assert all(p["loaded"] and p["alt"].strip() and p["width"] > 100 for p in pictures), pictures
        change_a_parameter(lab)
        lab.resize(1400, 1600)
        lab.pages(folder, "run-all")
        lab.evaluate(f"{PICTURES}[0].scrollIntoView({{block: 'center'}})")
        lab.screenshot(f"{folder}/changed-parameter.png")


main(*sys.argv[1:])
