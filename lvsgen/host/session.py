"""Which login session this process belongs to, by name: former versions confirm from another one; see login."""

from __future__ import annotations

import os
import re
from pathlib import Path

_UNSET = "4294967295"
_SCOPE = re.compile(r"session-([^/]+)\.scope")


def current() -> str:
    """Name the login session: as the audit system, systemd-logind, or the outermost terminal knows it."""
    audit = _text("/proc/self/sessionid")
    if audit and audit != _UNSET:
        return f"audit {audit}"
    scope = _SCOPE.search(_text("/proc/self/cgroup"))
    return f"logind {scope[1]}" if scope else f"process {_outermost()}"


def _outermost() -> str:
    """Name the outermost ancestor's session that has a terminal: sudo opens a session of its own within a login."""
    found, pid = os.getsid(0), os.getpid()
    while pid > 1:
        words = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
        if len(words) < 5:
            break
        parent, session, terminal = int(words[1]), int(words[3]), int(words[4])
        found = session if terminal else found
        pid = parent
    return f"{found} {_started(found)}"


def _started(pid: int) -> str:
    words = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return words[19] if len(words) > 19 else ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""
