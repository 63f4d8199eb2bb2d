"""The doctor on the boot: the init system, and what else loads tables or flushes rules then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lvsgen.doctor.line import Line, note, ok, problem
from lvsgen.doctor.needs import Needs
from lvsgen.outdir.tree import Tree
from lvsgen.platforms import layout

INIT = ok("init system", "{runs}, as out/ is made for")
ANY_INIT = ok("init system", "{runs}")
OTHER_INIT = problem(
    "init system", "{runs}, but out/ is made for {made}", "set the host's platform, or its init, and build"
)
NO_OTHER_TABLES = ok("other tables", "nothing else loads an IPVS table at boot")
OLD_TABLE = note(
    "ipvsadm service",
    "loads the old table of {file} at boot; ours comes after it",
    "turn it off: systemctl disable ipvsadm (chkconfig ipvsadm off)",
)
AUTO = note(
    "ipvsadm service",
    "AUTO in /etc/default/ipvsadm loads /etc/ipvsadm.rules at boot; ours comes after it",
    'set AUTO="false" there',
)
KEEPALIVED = problem(
    "keepalived",
    "starts at boot and holds virtual servers of its own in the same table",
    "take virtual_server out of /etc/keepalived/keepalived.conf, or leave those services to it",
)
NO_FLUSH = ok("nftables.service", "does not flush our rules")
FLUSH = note(
    "nftables.service",
    "flushes every rule when it starts or stops; our unit comes back with it",
    "reload it, never by hand",
)

_TARGETS = "etc/systemd/system/*.wants"
_LEVELS = ("etc/rc[2345].d", "etc/rc.d/rc[2345].d")


def lines(needs: Needs, tree: Tree | None, root: Path) -> Iterator[Line]:
    """Look at what a boot does; `tree` is what out/ says of the host, None where that is not known."""
    yield _init(tree, root)
    if needs.ipvs:
        yield from _other_tables(root)
    if needs.nft:
        yield from _flushes(root)


def _init(tree: Tree | None, root: Path) -> Line:
    runs = "systemd" if (root / "run/systemd/system").is_dir() else "SysV init"
    if tree is None:
        return ANY_INIT.of(runs=runs)
    made = "systemd" if f"{tree.host}/rootfs{layout.UNIT_DIR}" in tree.folders else "SysV init"
    return (INIT if made == runs else OTHER_INIT).of(runs=runs, made=made)


def _other_tables(root: Path) -> Iterator[Line]:
    found = [*_ipvsadm(root), *_keepalived(root)]
    yield from found or [NO_OTHER_TABLES]


def _ipvsadm(root: Path) -> Iterator[Line]:
    """EL's service loads /etc/sysconfig/ipvsadm, Debian's /etc/ipvsadm.rules where AUTO says so."""
    saved = "etc/sysconfig/ipvsadm"
    if starts("ipvsadm", root) and _has_rules(root / saved):
        yield OLD_TABLE.of(file=f"/{saved}")
    if _setting(root / "etc/default/ipvsadm", "AUTO") == "true":
        yield AUTO


def _keepalived(root: Path) -> Iterator[Line]:
    text = _text(root / "etc/keepalived/keepalived.conf")
    if starts("keepalived", root) and "virtual_server" in text:
        yield KEEPALIVED


def _flushes(root: Path) -> Iterator[Line]:
    text = _text(root / "etc/nftables.conf") + _text(root / "etc/sysconfig/nftables.conf")
    yield FLUSH if starts("nftables", root) and "flush ruleset" in text else NO_FLUSH


def starts(service: str, root: Path) -> bool:
    """Tell whether a service starts at boot, by the links that enable it."""
    unit = any((root).glob(f"{_TARGETS}/{service}.service"))
    return unit or any(any(root.glob(f"{level}/S[0-9][0-9]{service}")) for level in _LEVELS)


def _has_rules(path: Path) -> bool:
    return any(line.strip() and not line.startswith("#") for line in _text(path).splitlines())


def _setting(path: Path, name: str) -> str:
    for line in _text(path).splitlines():
        key, _, value = line.partition("=")
        if key.strip() == name:
            return value.strip().strip("\"'").lower()
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
