"""Where the executor keeps things on a host; the scripts know the record and the lock by the same paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HostPaths:
    """The folders of one cluster on this host; `run` is emptied at boot or holds what names its boot."""

    cluster: str
    run: Path = Path("/var/run")
    state: Path = Path("/var/lib/lvsgen")
    root: Path = Path("/")

    @property
    def lock(self) -> Path:
        """The lock of the host, which scripts take too."""
        return self.run / "lvsgen.lock"

    @property
    def running(self) -> Path:
        """What every program that a change starts keeps locked until it ends: see system."""
        return self.run / "lvsgen.running"

    @property
    def record(self) -> Path:
        """What was found, set and put, which scripts read and write too."""
        return self.run / f"lvsgen-{self.cluster}.state"

    @property
    def watcher(self) -> Path:
        """Where the process that waits for a confirmation says which transaction it watches."""
        return self.run / f"lvsgen-{self.cluster}.watcher"

    @property
    def has_systemd(self) -> bool:
        """Whether systemd runs this host."""
        return (self.root / "run/systemd/system").is_dir()

    @property
    def journals(self) -> Path:
        """The transactions, a file each."""
        return self.state / self.cluster / "transactions"
