"""The file systems of the guest: nothing that happens in it reaches the machine's own files.

The machine's root is mounted read-only, and every root in the guest is an overlay on it: that of the agent, and one per
host, with the layers between. /machine shows the machine's files as they are, /lab holds what the lab itself keeps.
"""

from __future__ import annotations

import pathlib
import subprocess

from lvsgen.prove.guest import layers, syscalls
from lvsgen.prove.guest.layers import MACHINE

_LAB = pathlib.Path("/lab")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": _PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "dumb"}

_MODULES = (
    *("ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_lc", "ip_vs_wlc", "ip_vs_sh", "ip_vs_mh", "veth", "bridge", "dummy"),
    *("iptable_filter", "iptable_nat", "iptable_mangle", "iptable_raw"),
    *("xt_REDIRECT", "xt_comment", "xt_mark", "xt_tcpudp", "xt_conntrack"),
)
"""Loaded at the start, because the first use in a host would wait for each."""


def assemble(modules: str, busybox: str, *, systemd: bool) -> None:
    """Turn what the kernel booted (one read-only mount) into the world described above."""
    syscalls.mount("proc", "/proc", "proc")
    syscalls.mount("sysfs", "/sys", "sysfs")
    syscalls.mount("tmpfs", "/run", "tmpfs", options="mode=755")
    layers.write(pathlib.Path("/run"), modules, busybox)
    _load_overlay(modules)
    over = [layers.SYSTEMD, layers.BASE] if systemd else [layers.BASE]
    _overlay(pathlib.Path("/run"), [f"/run/{layer}" for layer in over], "/")
    _pivot()
    if systemd:  # it would remove, file by file, what the machine has there
        syscalls.mount("tmpfs", "/tmp", "tmpfs", options="mode=1777")  # noqa: S108 - the guest's own
    pathlib.Path("/lab/mnt").mkdir()
    subprocess.run(["modprobe", "-a", *_MODULES], check=True, env=ENVIRONMENT)
    # A kernel with this little memory tracks 4096 connections: a busy client fills that in three seconds.
    pathlib.Path("/proc/sys/net/netfilter/nf_conntrack_max").write_text("262144")


def overlay(place: str, flavour: str) -> str:
    """Mount a host's root under `place`, an empty folder, and return where it is; `flavour` is "" or "el"."""
    syscalls.mount("tmpfs", place, "tmpfs", options="mode=755")
    over = [f"{_LAB}/layers/{flavour}"] if flavour else []
    root = _overlay(pathlib.Path(place), [*over, f"{_LAB}/{layers.BASE}"], MACHINE)
    syscalls.mount("sysfs", f"{root}/sys", "sysfs")
    syscalls.mount("tmpfs", f"{root}/run", "tmpfs", options="mode=755")
    syscalls.mount("tmpfs", f"{root}/tmp", "tmpfs", options="mode=1777")  # noqa: S108 - the host's own
    syscalls.mount("tmpfs", f"{root}/root", "tmpfs", options="mode=700")
    syscalls.mount("/dev", f"{root}/dev", flags=syscalls.BIND | syscalls.REC)
    syscalls.mount(MACHINE, root + MACHINE, flags=syscalls.BIND)
    pathlib.Path(root, "run/lock/subsys").mkdir(parents=True)
    return root


def _overlay(place: pathlib.Path, over: list[str], bottom: str) -> str:
    for folder in ("upper", "work", "root"):
        (place / folder).mkdir()
    options = f"lowerdir={':'.join([*over, bottom])},upperdir={place}/upper,workdir={place}/work"
    syscalls.mount("overlay", f"{place}/root", "overlay", options=options)
    return f"{place}/root"


def _load_overlay(modules: str) -> None:
    """modprobe looks below lib/modules of a root only, and the real root has no such folder for this kernel."""
    folder = pathlib.Path("/run/kmod/lib/modules")
    folder.mkdir(parents=True)
    (folder / pathlib.Path(modules).name).symlink_to(modules)
    subprocess.run(["modprobe", "-d", "/run/kmod", "overlay"], check=True, env=ENVIRONMENT)


def _pivot() -> None:
    """Change into the overlay; kernel threads follow, so that the kernel's own modprobe finds the modules."""
    syscalls.pivot_root("/run/root", f"/run/root{MACHINE}")
    syscalls.mount(f"{MACHINE}/run", str(_LAB), flags=syscalls.MOVE)
    syscalls.mount(f"{MACHINE}/dev", "/dev", flags=syscalls.MOVE)
    syscalls.mount(f"{MACHINE}/proc", "/proc", flags=syscalls.MOVE)
    syscalls.mount(f"{MACHINE}/sys", "/sys", flags=syscalls.MOVE)
    syscalls.mount("tmpfs", "/run", "tmpfs", options="mode=755")
    for folder, kind in (("/dev/pts", "devpts"), ("/dev/shm", "tmpfs")):  # noqa: S108 - the guest's own
        pathlib.Path(folder).mkdir(exist_ok=True)
        syscalls.mount(kind, folder, kind)
