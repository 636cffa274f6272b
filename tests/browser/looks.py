"""How a page looks: dark, at 150 % and in presentation mode, where a figure's words grow as the page's do.

    python looks.py ADDRESS FOLDER_FOR_SCREENSHOTS NOTEBOOK_WITH_CHARTS
"""
import sys
import time

from reader import PANEL, Lab, at, scratch, server

# The height of a line of output text and the width of a picture, in pixels of the screen.
SIZES = f"""(() => {{
    const text = document.querySelector('{PANEL} .jp-OutputArea-output pre, {PANEL} .jp-RenderedText pre');
    const picture = document.querySelector('{PANEL} .jp-OutputArea-output img');
    return [parseFloat(getComputedStyle(text).fontSize), picture.getBoundingClientRect().width].map(x => x * devicePixelRatio);
}})()"""


def grown(lab, before):
    time.sleep(2)  # the page is laid out anew
    after = lab.evaluate(SIZES)
    return [new / old for new, old in zip(after, before)]


def main(address, folder, stored):
    chart = "compare(Downloads { files: 4, size: KIB, latency: ms(5) }).rounds(5)"
    path = scratch("looks", ("markdown", "# A page\n\nWith a chart, and a word."), chart, 'println!("a word");', "machine()", "lett wrong = 1;")
    with Lab(2000, 1600) as lab:
        lab.open(at(address, path))
        lab.ready()
        lab.kernel_ready()
        for number in range(4):
            lab.run(number)
            lab.ended(number)
        lab.evaluate("document.activeElement.blur()")
        before = lab.evaluate(SIZES)
        lab.screenshot(f"{folder}/looks-light.png")

        lab.scale(1.5)
        text, picture = grown(lab, before)
        lab.screenshot(f"{folder}/looks-150.png")
        print(f"150 %: text is {text:.2f} times as large, a picture {picture:.2f}", flush=True)
        assert abs(text - 1.5) < 0.02 and abs(picture - 1.5) < 0.02
        lab.scale(1)

        lab.menu("View", "Appearance", "Presentation Mode")
        text, picture = grown(lab, before)
        lab.screenshot(f"{folder}/looks-presentation.png")
        print(f"presentation mode: text is {text:.2f} times as large, a picture {picture:.2f}", flush=True)
        assert text > 1.1 and abs(picture - text) < 0.1
        lab.menu("View", "Appearance", "Presentation Mode")
        lab.menu("File", "Save Notebook")
        time.sleep(2)

        # A stored picture is told apart by its metadata; the page's own rule turns it dark.
        lab.open(at(address, stored))
        lab.kernel_ready()
        time.sleep(2)  # the theme, which comes late, has said what it is
        lab.evaluate("document.body.dataset.jpThemeLight = false")
        lab.screenshot(f"{folder}/looks-dark-stored.png")
        assert all("invert" in picture["filter"] for picture in shown(lab)), lab.pictures()

    # Somebody else's JupyterLab, in the dark, without the page's own rule.
    with server(path, "dark") as address, Lab(1400, 1600) as lab:
        lab.open(address)
        lab.ready()
        lab.no_kernel()
        time.sleep(2)
        lab.screenshot(f"{folder}/looks-dark.png")
        shown(lab)


def shown(lab):
    pictures = lab.pictures()
    assert pictures and all(p["loaded"] and p["width"] > 100 for p in pictures), pictures
    return pictures


main(*sys.argv[1:])
