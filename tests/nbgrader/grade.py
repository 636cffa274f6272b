"""Grades a page of the course with nbgrader, as a teacher would: three students, one right, one wrong, one that loops for ever.

    python3 tests/nbgrader/grade.py 04 [FOLDER]

Needs a network the first time: nbgrader goes into target/lab/nbgrader. The course is written below FOLDER, which else is a new one.
"""

import csv
import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target/lab/nbgrader"


def run(*command, cwd=ROOT):
    ended = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{ended.stdout}")


def nbgrader(course, *arguments):
    print("nbgrader", *arguments, flush=True)
    run(VENV / "bin/nbgrader", *arguments, cwd=course)


def install():
    pin = re.search(r"nbgrader==[\d.]+", (ROOT / "environment.yml").read_text()).group()
    if not (VENV / "bin/nbgrader").exists():
        run(sys.executable, "-m", "venv", VENV)
        run(VENV / "bin/python", "-m", "pip", "install", "--quiet", pin)


def answers(page):
    """The cells that students change."""
    return [cell for cell in page["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]


def source(cell):
    return "".join(cell["source"])


def loop_for_ever(page, released):
    """The first exercise never comes back, the others are right, and a cell of the student's own loops as well."""
    begin = source(answers(released)[0])
    answers(page)[0]["source"] = begin.replace("{\n", "{\n    loop { std::hint::spin_loop(); }\n", 1)
    own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    page["cells"].insert(1, own | {"source": "loop { std::hint::spin_loop(); }"})


def hand_in(course, name, file, student, page):
    folder = course / "submitted" / student / name
    folder.mkdir(parents=True)
    (folder / file).write_text(json.dumps(page))


def words(page):
    """What a page of feedback says where something failed."""
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    return re.findall(r"Not (?:done|right) yet \(.*|CellTimeoutError: .*", text)


def main(number, folder):
    install()
    folder = Path(folder or tempfile.mkdtemp())
    run("cargo", "lab", "setup")
    run("cargo", "lab", "class", "--out", folder)
    course = folder / "nbgrader"
    [original] = (course / "source").glob(f"{number}-*/*.ipynb")
    name, file = original.stem, original.name
    nbgrader(course, "generate_assignment", name)

    right, released = (json.loads((course / kind / name / file).read_text()) for kind in ("source", "release"))
    left = [cell for cell in answers(released) if "SOLUTION" in source(cell)]
    print(len(answers(right)), "exercises,", len(left), "with a solution left in the page that students get")
    hand_in(course, name, file, "right", right)
    hand_in(course, name, file, "wrong", released)
    loop_for_ever(right, released)
    hand_in(course, name, file, "loops", right)

    nbgrader(course, "autograde", name)
    nbgrader(course, "generate_feedback", name)
    nbgrader(course, "export")
    with open(course / "grades.csv") as grades:
        for row in csv.DictReader(grades):
            print(f"{row['student_id']}: {row['score']} of {row['max_score']}")
    for student in ("right", "wrong", "loops"):
        feedback = (course / "feedback" / student / name / file).with_suffix(".html").read_text()
        for said in words(feedback):
            print(f"  {student}: {said}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
