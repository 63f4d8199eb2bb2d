"""The agent: the guest's first process. It takes requests over the serial line and answers them.

One JSON object a line. Request: {id, op, params}, or {file} naming a file on the machine that holds the request,
because the line loses what is longer than a few kilobytes. The agent says {read: id} at once, so that the next may be
sent, and later {id, result} or {id, error}. A closed line ends the guest: nothing of it outlives the test run.
"""

from __future__ import annotations

import json
import os
import pathlib
import threading
import traceback
import tty
from collections.abc import Callable, Iterator
from typing import Any

from lvsgen.prove.guest import layers, syscalls, world
from lvsgen.prove.guest.namespaces import Hosts
from lvsgen.prove.guest.placing import Files
from lvsgen.prove.guest.running import Commands
from lvsgen.prove.guest.snapshot import Snapshots
from lvsgen.prove.guest.traffic import Traffic

_SYSTEMD = "/lib/systemd/systemd"


def main(modules: str, busybox: str, mode: str) -> None:
    """Make the world, then serve; with `mode` systemd the agent steps aside and systemd becomes the first process."""
    try:
        world.assemble(modules, busybox, systemd=mode == "systemd")
        if mode == "systemd" and os.fork():
            os.execv(_SYSTEMD, [_SYSTEMD, "--unit=basic.target"])  # noqa: S606 - it becomes the first process
        _serve(os.open("/dev/ttyS0", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except Exception:
        print(traceback.format_exc(), flush=True)
    finally:
        syscalls.power_off()


def _serve(line: int) -> None:
    tty.setraw(line)
    agent = _Agent(line)
    agent.say({"ready": True})
    for text in _lines(line):
        request = json.loads(text)
        if "file" in request:
            request = json.loads(pathlib.Path(layers.MACHINE + request["file"]).read_text())
        agent.say({"read": request["id"]})
        threading.Thread(target=agent.answer, args=(request,), daemon=True).start()


def _lines(line: int) -> Iterator[bytes]:
    rest = b""
    while data := os.read(line, 65536):
        *texts, rest = (rest + data).split(b"\n")
        yield from texts


class _Agent:
    def __init__(self, line: int) -> None:
        self._line = line
        self._lock = threading.Lock()
        hosts = Hosts()
        commands, traffic = Commands(hosts), Traffic(hosts)
        self._droppers = (traffic.drop, commands.drop, hosts.drop)
        self._operations = _operations(commands, traffic, Snapshots(hosts), Files(hosts), hosts)
        self._operations |= {"drop": self._drop, "halt": syscalls.power_off}

    def say(self, message: dict[str, Any]) -> None:
        """Write one message, whole."""
        data = json.dumps(message).encode() + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._line, data) :]

    def answer(self, request: dict[str, Any]) -> None:
        """Do what is asked, in this thread."""
        try:
            reply = {"result": self._operations[request["op"]](**request["params"])}
        except Exception:
            reply = {"error": traceback.format_exc()}
        self.say({"id": request["id"], **reply})

    def _drop(self) -> None:
        for drop in self._droppers:
            drop()


def _operations(*owners: object) -> dict[str, Callable[..., Any]]:
    """Every public method, by its name."""
    return {name: getattr(owner, name) for owner in owners for name in dir(owner) if name[0] != "_" and name != "drop"}
