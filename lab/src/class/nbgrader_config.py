"""Settings for nbgrader, written by `cargo lab class`. Marks, names and dates are set in nbgrader itself."""

import os

c = get_config()  # noqa: F821, nbgrader defines it

# Where the kernel `rust` of the course is. It has the support crate with it, so that a page runs in any folder.
os.environ["JUPYTER_PATH"] = JUPYTER_DATA

c.CourseDirectory.course_id = "concurrency"
# Stands above and below what students begin with.
c.ClearSolutions.code_stub = {"rust": "// ---- your answer ----"}
# Seconds for a cell, after which it is stopped and the next one runs; and for a kernel that has to compile first.
c.Execute.timeout = 60
c.Execute.startup_timeout = 900
