"""Tells what a running Python process took as its configuration, as keyed fingerprints, never as values.

The protocol is docs/config-drift.md of Aftergreen. Standard library only, Python 3.8 and later.
Run as a program, it prints the report of its own environment: config_report.py COMPONENT KEY...
"""
import hashlib
import hmac
import json
import os
import pathlib
import re
import socket
import sys
from datetime import datetime, timezone


def secret_bytes():
    """AFTERGREEN_CONFIG_KEY, or the content of the file that AFTERGREEN_CONFIG_KEY_FILE names."""
    path = os.environ.get("AFTERGREEN_CONFIG_KEY_FILE")
    text = os.environ.get("AFTERGREEN_CONFIG_KEY") or (pathlib.Path(path).read_text() if path else "")
    secret = text.strip().encode()
    if len(secret) < 32:
        raise ValueError("AFTERGREEN_CONFIG_KEY is missing, or shorter than 32 bytes")
    return secret


def well_formed(text):
    """Bytes that are not UTF-8 become U+FFFD, as in every other language that reports."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)


def short_hmac(secret, text):
    return hmac.new(secret, well_formed(text).encode(), hashlib.sha256).hexdigest()[:16]


def fingerprint(secret, name, state, value):
    return short_hmac(secret, f"{name}\0{state}\0{value}")


def config_report(keys, component, defaults=None, prefixes=(), values=None, contract_digest=None, env=os.environ):
    """`values`: {name: (value or None, source)} of what did not come from the environment; `defaults`: {name: value}."""
    secret, told = secret_bytes(), {}
    for name in sorted(set(keys)):
        value, source = (values or {}).get(name, (env.get(name), "environment"))
        if value is None:
            value = (defaults or {}).get(name)
            source = "none" if value is None else "default"
        state = "unset" if value is None else "set" if value else "empty"
        told[name] = {"state": state, "source": source, "fingerprint": fingerprint(secret, name, state, value or "")}
    lines = "".join(f"{name}\0{key['state']}\0{key['fingerprint']}\0" for name, key in told.items())
    unknown = [name for name in env if name.startswith(tuple(prefixes)) and name not in told]
    return {
        "protocol": "aftergreen-config-report/1",
        "release": env.get("AFTERGREEN_RELEASE"),
        "environment": env["AFTERGREEN_ENVIRONMENT"],
        "component": component,
        "instance": f"{socket.gethostname()}/{os.getpid()}",
        "loadedAt": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "contractDigest": contract_digest,
        "keyId": short_hmac(secret, "\0key id\0"),
        "digest": short_hmac(secret, "\0digest\0" + lines),
        "keys": told,
        "unknownKeys": sorted(name for name in unknown if not name.startswith("AFTERGREEN_"))[:100],
    }


if __name__ == "__main__":
    print(json.dumps(config_report(sys.argv[2:], sys.argv[1])))
