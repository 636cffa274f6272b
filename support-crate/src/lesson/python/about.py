"""Says what this interpreter is."""
import json, platform, sys, sysconfig

gil = getattr(sys, "_is_gil_enabled", lambda: True)()
print(json.dumps({
    "executable": sys.executable,
    "implementation": platform.python_implementation(),
    "version": platform.python_version(),
    "gil": gil,
    "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
