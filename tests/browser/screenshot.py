#!/usr/bin/env python3
"""Screenshots of executed notebooks, top to bottom, as somebody else's JupyterLab shows them (not trusted, unless asked for).

    .venv/bin/python tests/browser/screenshot.py notebooks/00-start-here.ipynb [MORE.ipynb …]
        [--out target/lab/screenshots] [--theme dark] [--trusted] [--width 1400] [--height 1600]

Prints the files that it wrote, and every picture of the notebook that is not shown; then the exit status is 1. Needs JupyterLab in the Python that runs it, and Chromium.
"""
import argparse
import sys
from pathlib import Path

from reader import Lab, server


def look(notebook, arguments):
    with server(notebook, arguments.theme, arguments.trusted) as address, Lab(arguments.width, arguments.height) as lab:
        lab.open(address)
        lab.ready()
        lab.no_kernel()
        if lab.trusted() != arguments.trusted:
            print(f"{notebook}: trusted is {lab.trusted()}, not {arguments.trusted}", file=sys.stderr)
            return False
        for page in lab.pages(arguments.out, Path(notebook).stem + ("-dark" if arguments.theme == "dark" else "")):
            print(page)
        pictures = lab.pictures()
    bad = [p for p in pictures if not (p["loaded"] and p["width"] > 100 and p["height"] > 50)]
    for picture in bad:
        print(f"{notebook}: not shown: {picture}", file=sys.stderr)
    print(f"{notebook}: {len(pictures)} pictures, {len(bad)} of them bad")
    return not bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="+")
    parser.add_argument("--out", default="target/lab/screenshots")
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--trusted", action="store_true")
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=1600)
    arguments = parser.parse_args()
    sys.exit(not all([look(notebook, arguments) for notebook in arguments.notebooks]))
