"""Says where this interpreter is, and what it is."""
import json, platform, sys, sysconfig

gil = getattr(sys, "_is_gil_enabled", lambda: True)()
free_threaded_build = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
lock = "free-threaded" if not gil else "with the GIL"
if gil and free_threaded_build:
    lock = "free-threaded, but with the GIL switched on"
version = f"{platform.python_implementation()} {platform.python_version()}"
print(json.dumps([sys.executable, f"{version} ({lock})"]))
