"""Files in hosts."""

from __future__ import annotations

import pathlib
import shutil

from lvsgen.prove.guest.namespaces import Hosts

_REAL = pathlib.Path("/run/lab/real")


class Files:
    """Read and write files in hosts, and put other programs in the place of theirs."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    def read(self, host: str, path: str) -> str:
        """The text of a file."""
        self._hosts.enter(host)
        return pathlib.Path(path).read_text(errors="replace")

    def write(self, host: str, path: str, text: str, mode: int) -> None:
        """Write a file, with the folders it needs."""
        self._hosts.enter(host)
        place = pathlib.Path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def wrap(self, host: str, tool: str, script: str) -> str:
        """Put `script` in the place of the tool at path `tool`; returns where the real one is now."""
        self._hosts.enter(host)
        place = pathlib.Path(tool)
        real = _REAL / place.name
        if not real.exists():
            real.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, real)
        place.unlink()
        place.write_text(script)
        place.chmod(0o755)
        return str(real)

    def unwrap(self, host: str, tool: str) -> None:
        """Put the real tool back."""
        self._hosts.enter(host)
        place = pathlib.Path(tool)
        place.unlink()
        shutil.copy2(_REAL / place.name, place)
