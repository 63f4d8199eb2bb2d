"""The doctor on sysctls: those that are not as out/ says, now, or by what sysctl.d sets at boot."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from lvsgen.doctor.line import Line, note, ok, problem
from lvsgen.host.live import sysctl
from lvsgen.state.hoststate import HostState

AS_WANTED = ok("sysctls", "all {count} that out/ names are as it says")
NO_SETTING = problem("sysctl {key}", "this kernel has no such setting", "is the module, or the interface, there?")
OTHER_VALUE = note("sysctl {key}", "is {value}, out/ says {wanted}", "lvsgen apply sets it")
OTHER_FILE = note(
    "sysctl {key}",
    "{file} sets it to {value}, out/ says {wanted}: `sysctl --system` would undo ours",
    "take it out of {file}",
)

_FOLDERS = ("etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d", "lib/sysctl.d")
_MAIN = "etc/sysctl.conf"


def lines(state: HostState, root: Path) -> Iterator[Line]:
    """Look at the settings that a state names."""
    others = list(_assignments(root))
    found = [*_live(state), *_at_boot(state, others)]
    yield from found or [AS_WANTED.of(count=len(state.sysctls))]


def _live(state: HostState) -> Iterator[Line]:
    for setting in state.sysctls:
        value = sysctl.value(setting.path)
        if value is None:
            yield NO_SETTING.of(key=setting.path)
        elif value != setting.value:
            yield OTHER_VALUE.of(key=setting.path, value=value, wanted=setting.value)


def _at_boot(state: HostState, others: list[tuple[str, str, str]]) -> Iterator[Line]:
    """Ours is set later at boot; whoever runs `sysctl --system` afterwards undoes it."""
    for setting in state.sysctls:
        for file, pattern, value in others:
            if fnmatchcase(setting.path, pattern) and value != setting.value:
                yield OTHER_FILE.of(key=setting.path, file=f"/{file}", value=value, wanted=setting.value)


def _assignments(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield file, key with slashes, perhaps with wildcards, and value of every line that sets something."""
    files = [root / _MAIN, *(path for folder in _FOLDERS for path in sorted((root / folder).glob("*.conf")))]
    for path in files:
        for line in _lines(path):
            key, equals, value = line.strip().removeprefix("-").partition("=")
            if equals and not key.startswith(("#", ";")):
                yield str(path.relative_to(root)), _slashes(key.strip()), " ".join(value.split())


def _slashes(key: str) -> str:
    """Write a key with slashes; as in sysctl.d, whichever of the two comes first is the one that separates."""
    first = next((char for char in key if char in "./"), "/")
    return key if first == "/" else key.translate(str.maketrans("./", "/."))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []
