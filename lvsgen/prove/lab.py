"""The lab: hosts in a booted kernel, and what a test does with them."""

from __future__ import annotations

import pathlib
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lvsgen.errors import LvsgenError
from lvsgen.prove.connections import Answer, Connection, Hammer
from lvsgen.prove.topology import Machine
from lvsgen.prove.uml import Kernel

MACHINE = "/machine"
"""Where hosts see the machine's own files, read-only."""


SHELLS: Mapping[str, tuple[str, ...]] = {
    "dash": ("/usr/bin/dash",),
    "bash": ("/bin/bash", "--posix"),
    "busybox": ("/bin/busybox", "sh"),
}
"""The shells that scripts must run under, as the words before the script's path."""


class CommandError(LvsgenError):
    """A command in a host ended with another status than 0."""


@dataclass(frozen=True, slots=True)
class Done:
    """An ended command; `status` is negative for a signal, and "timed out" for one that was killed for its slowness."""

    status: int | str
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Job:
    """A command in the background."""

    kernel: Kernel
    number: int

    def wait(self, timeout: float = 120) -> Done:
        """Wait for its end; `status` is "timed out" when it has not come, and the job goes on."""
        return Done(**self.kernel.call("wait", patience=timeout, job=self.number, timeout=timeout))

    def signal(self, number: int = signal.SIGTERM, *, group: bool = False) -> None:
        """Send it a signal; with `group` to all that it has started, too."""
        self.kernel.call("signal", job=self.number, number=int(number), group=group)


@dataclass(frozen=True, slots=True)
class Host:
    """A host, by its name; "" is the guest itself."""

    kernel: Kernel
    name: str

    def run(
        self,
        *argv: str,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
        cwd: str = "/",
        timeout: float = 120,
        check: bool = True,
    ) -> Done:
        """Run a command; CommandError when its status is not 0, unless `check` is off."""
        words: dict[str, Any] = {"argv": argv, "stdin": stdin, "env": dict(env or {}), "cwd": cwd, "timeout": timeout}
        done = Done(**self.kernel.call("run", patience=timeout, host=self.name, **words))
        if check and done.status != 0:
            raise CommandError(f"{self.name}: {' '.join(argv)}: status {done.status}\n{done.stdout}{done.stderr}")
        return done

    def sh(self, script: str, **options: Any) -> Done:
        """Run a script of sh."""
        return self.run("/bin/sh", "-c", script, **options)

    def shell(self, shell: str, *argv: str, **options: Any) -> Done:
        """Run a script file under one of SHELLS."""
        return self.run(*SHELLS[shell], *argv, **options)

    def spawn(self, *argv: str, env: Mapping[str, str] | None = None, cwd: str = "/") -> Job:
        """Start a command in the background."""
        return Job(self.kernel, self.kernel.call("spawn", host=self.name, argv=argv, env=dict(env or {}), cwd=cwd))

    def read(self, path: str) -> str:
        """The text of a file."""
        return str(self.kernel.call("read", host=self.name, path=path))

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file, with the folders it needs."""
        self.kernel.call("write", host=self.name, path=path, text=text, mode=mode)

    def wrap(self, tool: str, script: str) -> str:
        """Put a script in the place of a tool, given by its path; returns where the real one is now."""
        return str(self.kernel.call("wrap", host=self.name, tool=tool, script=script))

    def unwrap(self, tool: str) -> None:
        """Put the real tool back."""
        self.kernel.call("unwrap", host=self.name, tool=tool)

    def snapshot(self) -> dict[str, list[str]]:
        """The kernel's state in lines: addresses, routes, table, thresholds, timeouts, daemons, iptables, sysctls."""
        return dict(self.kernel.call("take", host=self.name))

    def serve(self, port: int, address: str = "0.0.0.0") -> None:  # noqa: S104 - in the guest
        """Answer TCP connections with the host's name and a newline, then echo."""
        self.kernel.call("serve", host=self.name, address=address, port=port)

    def connect(self, address: str, port: int, times: int = 1, timeout: float = 5) -> list[Answer]:
        """Connect `times` times, one after another."""
        words: dict[str, Any] = {"address": address, "port": port, "times": times, "timeout": timeout}
        answers = self.kernel.call("connect", patience=times * timeout * 2, host=self.name, **words)
        return [Answer(**answer) for answer in answers]

    def hold(self, address: str, port: int, timeout: float = 5) -> Connection:
        """Open a connection and keep it."""
        words: dict[str, Any] = {"address": address, "port": port, "timeout": timeout}
        return Connection(self.kernel, *self.kernel.call("hold", host=self.name, **words))

    def hammer(self, address: str, port: int, seconds: float = 60, timeout: float = 5) -> Hammer:
        """Connect without pause until the end of the `with` block, at most `seconds`."""
        words: dict[str, Any] = {"address": address, "port": port, "seconds": seconds, "timeout": timeout}
        return Hammer(self.kernel, self.kernel.call("hammer", host=self.name, **words))

    def install(self, folder: pathlib.Path) -> None:
        """Copy what build wrote for this host as an administrator does: common/, rootfs/, then the modes of FILES."""
        for rootfs in (folder.absolute().parent / "common/rootfs", folder.absolute() / "rootfs"):
            if rootfs.is_dir():
                self.run("rsync", "-rlEK", f"{MACHINE}{rootfs}/", "/")
        entries = (line.split() for line in (folder / "FILES").read_text().splitlines())
        trees = ((mode, owner, path.partition("rootfs/")) for mode, owner, path in entries)
        owned = [(mode, owner, f"/{path}") for mode, owner, (_, rootfs, path) in trees if rootfs]
        self.sh("set -e\n" + "\n".join(f"chmod {mode} {path}; chown {owner} {path}" for mode, owner, path in owned))


@dataclass(slots=True)
class Lab:
    """A booted kernel and its hosts."""

    kernel: Kernel
    hosts: dict[str, Host] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    @property
    def guest(self) -> Host:
        """The guest itself, outside of every host."""
        return Host(self.kernel, "")

    def await_systemd(self, timeout: float = 60) -> None:
        """Wait until systemd has started everything. CommandError when it has not, or when a unit has failed."""
        wait = "until systemctl is-system-running --wait 2>&1 | grep -E 'running|degraded'; do sleep 0.1; done"
        check = "systemctl is-system-running || { systemctl --failed --no-pager; exit 1; }"
        self.guest.sh(f"{wait}; {check}", timeout=timeout)

    def build(self, machines: Iterable[Machine]) -> None:
        """Replace all hosts and networks by new ones, with nothing left of the old."""
        self.drop()
        specs = [machine.spec() for machine in machines]
        self.kernel.call("build", patience=30, hosts=specs)
        self.hosts = {spec["name"]: Host(self.kernel, spec["name"]) for spec in specs}

    def drop(self) -> None:
        """End every host, with all that runs in it."""
        self.kernel.call("drop", patience=30)
        self.hosts = {}
