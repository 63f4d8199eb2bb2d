"""The child that writes chains through python-iptables: `python -m lvsgen.apply.xtables_child`.

It reads pairs of a chain before and after, either of them null, as JSON. Everything is built first, and each table
committed once.
"""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import json
import os
import shlex
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

CANNOT = 9
"""The status of a child that has touched nothing, because the library cannot say a rule."""
_EXTENSIONS = (f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/xtables", "/usr/lib64/xtables", "/usr/lib/xtables")
_LOCK = Path("/run/xtables.lock")
_PATIENCE = 10.0
_RULE_WORDS = {"-p": "protocol", "-s": "src", "-d": "dst", "-i": "in_interface", "-o": "out_interface"}


class CannotError(Exception):
    """The library has no words for a rule."""


def write(changes: list[tuple[dict[str, Any] | None, dict[str, Any] | None]]) -> None:
    """Make chains what they are to be, with their jumps; CannotError before anything is touched."""
    iptc = _library()
    rules = [[_rule(iptc, text) for text in (after or {}).get("rules", ())] for _, after in changes]
    names = {(after or before or {})["table"] for before, after in changes}
    tables = {name: iptc.Table(name, autocommit=False) for name in sorted(names)}
    for table in tables.values():
        table.refresh()
    for (before, after), built in zip(changes, rules, strict=True):
        _set(iptc, tables, before, after, built)
    for table in tables.values():
        table.commit()


def _set(
    iptc: Any, tables: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any] | None, rules: list[Any]
) -> None:
    known = after or before or {}
    table, name = tables[known["table"]], known["name"]
    if not table.is_chain(name):
        table.create_chain(name)
    chain = iptc.Chain(table, name)
    chain.flush()
    for rule in rules:
        chain.append_rule(rule)
    _set_jumps(iptc, table, name, before, after)
    if after is None:
        chain.delete()


def _library() -> Any:
    """Import the library, told where its half in C and the extensions lie: its own search runs ldconfig, gcc and ld."""
    found = importlib.util.find_spec("iptc")
    if found and found.origin:
        os.environ.setdefault("IPTABLES_LIBDIR", str(Path(found.origin).parents[1]))
    if extensions := next(filter(os.path.isdir, _EXTENSIONS), ""):
        os.environ.setdefault("XTABLES_LIBDIR", extensions)
    return importlib.import_module("iptc")


def _set_jumps(iptc: Any, table: Any, name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """Keep jumps where they stand: only those too many are deleted, and those missing appended."""
    had, wants = ({} if one is None else {one["hook"]: one["jumps"]} for one in (before, after))
    for hook in sorted(had | wants):
        place, change = iptc.Chain(table, hook), wants.get(hook, 0) - had.get(hook, 0)
        for _ in range(abs(change)):
            jump = iptc.Rule()
            jump.create_target(name)
            (place.append_rule if change > 0 else place.delete_rule)(jump)


def _rule(iptc: Any, text: str) -> Any:
    """Build a rule from the words that iptables-save prints of it."""
    rule, owner, words = iptc.Rule(), None, shlex.split(text)
    while words:
        word = words.pop(0)
        if word in _RULE_WORDS and words:
            setattr(rule, _RULE_WORDS[word], words.pop(0))
        elif word == "-m" and words:
            owner = rule.create_match(words.pop(0))
        elif word == "-j" and words:
            owner = rule.create_target(words.pop(0))
        elif word.startswith("--") and owner is not None:
            owner.set_parameter(word.removeprefix("--"), _values(words))
        else:
            raise CannotError(f"{word} in {text}")
    return rule


def _values(words: list[str]) -> list[str]:
    values = []
    while words and not words[0].startswith("-") and words[0] != "!":
        values.append(words.pop(0))
    return values


def _locked(stream: Any) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise SystemExit("another program holds the lock of xtables") from None
            time.sleep(0.05)


if __name__ == "__main__":
    with _LOCK.open("a") as lock:
        _locked(lock)
        try:
            write(json.load(sys.stdin))
        except CannotError:
            raise SystemExit(CANNOT) from None
