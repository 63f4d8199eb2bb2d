"""Read kernel settings from /proc/sys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.state import sysctls
from lvsgen.state.hoststate import ordered
from lvsgen.state.keys import SysctlKey
from lvsgen.state.parts import Sysctl
from lvsgen.state.scope import Scope

_TOP = Path("/proc/sys")


def settings(scope: Scope) -> tuple[Sysctl, ...]:
    """Read the settings that the scope holds; what this kernel does not have is left out."""
    keys = scope.kind(SysctlKey) | {key for key in map(SysctlKey, _followers()) if scope.holds(key)}
    found = ((key.path, value(key.path)) for key in keys)
    return ordered(Sysctl(path, text) for path, text in found if text is not None)


def value(key: str) -> str | None:
    """Read a setting, blanks as the kernel takes them; None where there is no such one, or none to read."""
    if not sysctls.is_key(key):
        raise OperatorError(f"{phrasing.quote(key)} is no kernel setting", "look at where it comes from")
    try:
        return " ".join((_TOP / key).read_text(errors="backslashreplace").split())
    except OSError:
        return None


def _followers() -> Iterator[str]:
    """Yield what the kernel writes itself when ip_forward is written."""
    conf = _TOP / "net/ipv4/conf"
    paths = (path for name in ("forwarding", "accept_redirects") for path in conf.glob(f"*/{name}"))
    yield from (key for path in paths if sysctls.follows_forwarding(key := str(path.relative_to(_TOP))))
