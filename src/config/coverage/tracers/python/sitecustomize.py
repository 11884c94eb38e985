"""The tracer of `aftergreen config coverage` for Python: found by PYTHONPATH, it records which keys of os.environ a process
reads, never a value. Without AFTERGREEN_TRACE it does nothing, and whatever goes wrong in it is kept from the program. The
folder that AFTERGREEN_TRACE names holds run.json; each process writes one file of JSON lines there, a line at once."""

import os
import sys


def _trace(folder):
    import hashlib
    import hmac
    import json
    import re
    import threading

    with open(os.path.join(folder, "run.json"), encoding="utf-8") as told:
        run = json.load(told)
    secret = bytes.fromhex(run["key"])
    shapes = [(name, re.compile(pattern, re.I | re.A)) for name, pattern in run["shapes"]]
    longest = run["longest"]
    root = run["root"] + "/"
    own = __file__
    runtime = tuple({sys.base_prefix + "/", sys.prefix + "/lib/", os.path.dirname(os.__file__) + "/"})
    library = re.compile(r"(^|/)(site-packages|dist-packages|node_modules|\.?venv)/")
    test_file = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests)\.py$|(^|/)tests?/")
    lock = threading.RLock()
    entries = {}
    out = {"pid": None, "name": "", "left": 0}
    most_lines, most_lines_of_key, longest_key = 20000, 64, 256
    # how often it is looked where a value is read: longer while only tests and libraries read it
    most_looks, few_looks = 200, 16

    def inside(path):
        path = os.path.abspath(path)
        return path[len(root) :] if path.startswith(root) else None

    def say(line):
        # a forked process writes a file of its own
        if out["pid"] != os.getpid():
            out.update(pid=os.getpid(), left=most_lines)
            out["name"] = "%s/%d-0-%s.jsonl" % (folder, out["pid"], os.urandom(4).hex())
            argv = getattr(sys, "argv", None) or getattr(sys, "orig_argv", ["", ""])[1:]
            named = argv and argv[0] and not argv[0].startswith("-")
            main = (inside(argv[0]) if named else None) or ""
            say({"trace": 1, "language": "python", "main": main, "thread": False})
            if line is None:
                return
        if out["left"] < 0:
            return
        out["left"] -= 1
        text = json.dumps({"full": True} if out["left"] < 0 else line) + "\n"
        file = os.open(out["name"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            os.write(file, text.encode("ascii"))
        finally:
            os.close(file)

    def place():
        by, at, test = "", None, None
        frame = sys._getframe(2)
        for _ in range(80):
            if frame is None:
                break
            path = frame.f_code.co_filename
            # os.getenv and the mapping's own methods stand between the reader and the tracer
            passing = path == own or path.endswith(("/os.py", "/_collections_abc.py"))
            if path in ("<string>", "<stdin>"):
                by = by or "project"
            elif not (passing and not by) and not path.startswith("<"):
                relative = inside(path)
                ours = relative is not None and not library.search(relative)
                if not by:
                    installed = library.search(path)
                    by = "project" if ours else "runtime" if path.startswith(runtime) and not installed else "library"
                if ours:
                    at = at or [relative, frame.f_lineno]
                    if test is None and test_file.search(relative):
                        test = relative
            frame = frame.f_back
        return by or "runtime", at, test

    tests = {}

    def current_test(data, encode):
        told = data.get(encode("PYTEST_CURRENT_TEST"))
        if told is None:
            return None
        if told not in tests:
            if len(tests) > 1000:
                tests.clear()
            path = os.path.abspath(os.fsdecode(told).split("::")[0])
            tests[told] = inside(path) if os.path.exists(path) else None
        return tests[told]

    def record(environ, key, how, value):
        with lock:
            if how != "copy" and environ._aftergreen_in_order(key, how):
                return
            if not isinstance(key, str) or len(key) > longest_key or key == "PYTEST_CURRENT_TEST":
                return
            test = current_test(environ._data, environ.encodekey)
            known = entries.get(key)
            again = known is not None and known["test"] == test
            if again and known["how"] != how and how == "has":
                return
            same = again and known["how"] == how and known["value"] == value
            lines = known["lines"] if known is not None else 0
            if known["looks"] <= 0 if same else lines >= most_lines_of_key:
                return
            by, at, on_stack = place()
            where = (by, tuple(at or ()))
            if same:
                known["looks"] -= 1
                if lines >= most_lines_of_key or where in known["places"]:
                    return
            else:
                known = {"how": how, "value": value, "test": test, "looks": most_looks, "places": set()}
                entries[key] = known
            known["lines"] = lines + 1
            known["places"].add(where)
            if by == "project" and at is not None and not test_file.search(at[0]):
                known["looks"] = min(known["looks"], few_looks)
            line = {"key": key, "how": how, "by": by}
            if at is not None:
                line["at"] = at
            if test or on_stack:
                line["test"] = test or on_stack
            if how == "get" or (how == "has" and value is None):
                line["state"] = "unset" if value is None else "set" if value else "empty"
            if how == "get" and value:
                text = value[:longest]
                line["shape"] = next((name for name, pattern in shapes if pattern.search(text)), "text")
                message = ("%s\0set\0%s" % (key, value)).encode("utf-8", "surrogateescape")
                line["print"] = hmac.new(secret, message, hashlib.sha256).hexdigest()[:16]
            say(line)

    def quietly(*args):
        try:
            record(*args)
        except Exception:
            pass

    base = os._Environ

    class Environ(base):
        def _aftergreen_in_order(self, key, how):
            walk = self.__dict__.get("_aftergreen_walk")
            if walk is None or how != "get":
                return False
            keys, position = walk
            if position < len(keys) and keys[position] == key:
                walk[1] += 1
                return True
            self.__dict__["_aftergreen_walk"] = None
            return False

        def __getitem__(self, key):
            try:
                value = base.__getitem__(self, key)
            except KeyError as error:
                if isinstance(key, str):
                    quietly(self, key, "get", None)
                raise KeyError(*error.args) from None
            quietly(self, key, "get", value)
            return value

        def __contains__(self, key):
            there = _has(self, key)
            quietly(self, key, "has", "" if there else None)
            return there

        def __iter__(self):
            keys = list(base.__iter__(self))
            quietly(self, "*", "copy", None)
            # while keys are walked in order, nobody asks for one of them by name
            self.__dict__["_aftergreen_walk"] = [keys, 0]
            return iter(keys)

    def _has(environ, key):
        try:
            base.__getitem__(environ, key)
        except KeyError:
            return False
        return True

    Environ.__name__, Environ.__qualname__, Environ.__module__ = base.__name__, base.__qualname__, base.__module__
    os.environ.__class__ = Environ
    if getattr(os, "environb", None) is not None:
        os.environb.__class__ = Environ
    os._Environ = Environ
    say(None)


def _next_sitecustomize():
    """The one that would have been loaded without this folder."""
    import importlib.machinery
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if os.environ.get("AFTERGREEN_TRACE"):
    try:
        _trace(os.environ["AFTERGREEN_TRACE"])
    except Exception:
        pass
_next_sitecustomize()
