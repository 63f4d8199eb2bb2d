"""What lies over the machine's root under every host: /etc, /var and the like are those of a fresh installation.

What packages brought is the machine's; what was set up, put or started on it is not seen by any test. `base` is under
every host, `el` has the folders of Enterprise Linux, `systemd` quiets what has no work here.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil

MACHINE = "/machine"
BASE, EL, SYSTEMD = "layers/base", "layers/el", "layers/systemd"

_LINKS = {
    BASE: {
        "usr/sbin/iptables": "xtables-legacy-multi",
        "usr/sbin/iptables-save": "xtables-legacy-multi",
        "usr/sbin/iptables-restore": "xtables-legacy-multi",
        "etc/mtab": "/proc/self/mounts",
        "var/run": "/run",
        "var/lock": "/run/lock",
    },
    EL: {
        "etc/init.d": "rc.d/init.d",
        "etc/rc.d/init.d/.keep": "/dev/null",
        "etc/sysconfig/.keep": "/dev/null",
    },
    SYSTEMD: {
        f"etc/systemd/system/{unit}": "/dev/null"
        for unit in (
            "systemd-udevd.service",
            "systemd-sysusers.service",
            "systemd-udev-trigger.service",
            "systemd-modules-load.service",
            "systemd-timesyncd.service",
            "systemd-logind.service",
            "systemd-remount-fs.service",
            "systemd-firstboot.service",
            "systemd-binfmt.service",
            "systemd-pstore.service",
            "systemd-random-seed.service",
            "systemd-update-utmp.service",
            "dev-hugepages.mount",
            "dev-mqueue.mount",
            "sys-kernel-debug.mount",
            "sys-kernel-tracing.mount",
            "sys-kernel-config.mount",
            "sys-fs-fuse-connections.mount",
            "proc-sys-fs-binfmt_misc.automount",
        )
    },
}
_OWN = ("etc", "var", "srv", "usr/local/bin", "usr/local/sbin")
"""Folders of which nothing of the machine's is seen."""
_INSTALLED = (
    *("alternatives", "dbus-1", "debian_version", "ethertypes", "group", "iproute2", "ld.so.cache", "ld.so.conf"),
    *("ld.so.conf.d", "login.defs", "os-release", "pam.conf", "pam.d", "passwd", "protocols", "rpc", "security"),
    *("services", "shadow", "shells", "ssl/openssl.cnf", "xattr.conf"),
)
"""What of /etc is there all the same: what packages put there so that programs run, and who the users are."""
_FOLDERS = {
    BASE: (
        *("machine", "lab", "usr/lib/modules", "run", "tmp", "proc", "sys", "dev", "var/cache", "var/log", "var/spool"),
        *("var/lib", "etc/default", "etc/init.d", "etc/profile.d", "etc/systemd/system", "usr/local/bin"),
        *("usr/local/sbin", "srv"),
    ),
    SYSTEMD: ("etc/systemd/system",),
}
_TEXTS = {
    BASE: {
        "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
        "etc/hostname": "lab\n",
        "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\n",
    },
    SYSTEMD: {"etc/fstab": "", "etc/machine-id": "0123456789abcdef0123456789abcdef\n"},
}


def write(top: pathlib.Path, modules: str, busybox: str) -> None:
    """Write all layers below `top`, while / is still the machine's; `busybox` is the one whose sh is a plain shell."""
    for layer in (BASE, EL, SYSTEMD):
        _write(top / layer, layer)
    base = top / BASE
    (base / "var/tmp").mkdir(mode=0o1777)
    (base / "var/tmp").chmod(0o1777)
    for own in _OWN:
        os.setxattr(base / own, "trusted.overlay.opaque", b"y")
    for name in _INSTALLED:
        _copy(pathlib.Path("/etc", name), base / "etc" / name)
    _copy(pathlib.Path("/usr/share/base-files/profile"), base / "etc/profile")
    (base / "usr/bin").mkdir()
    (base / "usr/bin/busybox").symlink_to(MACHINE + busybox)
    (base / "usr/lib/modules" / pathlib.Path(modules).name).symlink_to(MACHINE + modules)


def _write(place: pathlib.Path, layer: str) -> None:
    for folder in _FOLDERS.get(layer, ()):
        (place / folder).mkdir(parents=True, exist_ok=True)
    for path, target in _LINKS[layer].items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).symlink_to(target)
    for path, text in _TEXTS.get(layer, {}).items():
        (place / path).write_text(text)


def _copy(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copy what is there and may be read: an ordinary user's kernel reads as that user does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError, PermissionError, shutil.Error):
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target, follow_symlinks=False)
