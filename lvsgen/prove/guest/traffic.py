"""Real TCP connections: a server that says its host's name and echoes lines, and clients of three kinds."""

from __future__ import annotations

import collections
import itertools
import os
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from lvsgen.prove.guest.namespaces import Hosts

_PATIENCE = 5.0


class _Server:
    """One thread that greets every client with the host's name and a newline, then echoes what it says."""

    def __init__(self, address: str, port: int) -> None:
        self._greeting = f"{socket.gethostname()}\n".encode()
        self._listener = socket.create_server((address, port), backlog=512)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._stopped = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close everything; the thread has ended when this returns."""
        self._stopped = True
        self._thread.join(_PATIENCE)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _serve(self) -> None:
        while not self._stopped:
            for key, _ in self._selector.select(0.02):
                if key.fileobj is self._listener:
                    self._greet(self._listener.accept()[0])
                else:
                    self._echo(key.fileobj)  # type: ignore[arg-type]

    def _greet(self, client: socket.socket) -> None:
        self._selector.register(client, selectors.EVENT_READ)
        self._answer(client, self._greeting)

    def _echo(self, client: socket.socket) -> None:
        try:
            data = client.recv(65536)
        except OSError:
            data = b""
        self._answer(client, data)

    def _answer(self, client: socket.socket, data: bytes) -> None:
        try:
            client.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(client)
            client.close()


@dataclass(slots=True)
class _Hammer:
    """A client that connects again and again, counting who answered and what failed."""

    answers: collections.Counter[str] = field(default_factory=collections.Counter)
    errors: collections.Counter[str] = field(default_factory=collections.Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def run(self, address: str, port: int, seconds: float, timeout: float) -> None:
        """Connect until `seconds` are over or `stop` is set."""
        # The guest has one CPU: what is tested gets it first, and the client whatever is left.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stop.is_set():
            outcome = _once(address, port, timeout)
            (self.errors if outcome["error"] else self.answers)[outcome["error"] or outcome["answer"]] += 1


class Traffic:
    """The servers and clients that run now."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._servers: list[_Server] = []
        self._held: dict[int, socket.socket] = {}
        self._hammers: dict[int, _Hammer] = {}
        self._numbers = itertools.count(1)

    def serve(self, host: str, address: str, port: int) -> None:
        """Start a server in a host; it ends with `drop`."""
        self._hosts.join_network(host)
        self._servers.append(_Server(address, port))

    def connect(self, host: str, address: str, port: int, times: int, timeout: float) -> list[dict[str, str]]:
        """Connect `times` times, one after another: [{answer, peer, error}]."""
        self._hosts.join_network(host)
        return [_once(address, port, timeout) for _ in range(times)]

    def hold(self, host: str, address: str, port: int, timeout: float) -> list[Any]:
        """Open a connection and keep it: its number, and who answered."""
        self._hosts.join_network(host)
        connection = socket.create_connection((address, port), timeout)
        number = next(self._numbers)
        self._held[number] = connection
        return [number, _line(connection)]

    def ask(self, connection: int, text: str, timeout: float) -> str:
        """Send a line over a held connection and return the line that comes back."""
        held = self._held[connection]
        held.settimeout(timeout)
        held.sendall(f"{text}\n".encode())
        return _line(held)

    def close(self, connection: int) -> None:
        """Close a held connection."""
        self._held.pop(connection).close()

    def hammer(self, host: str, address: str, port: int, seconds: float, timeout: float) -> int:
        """Start connecting without pause in the background; returns its number."""
        self._hosts.join_network(host)
        hammer = _Hammer()
        hammer.thread = threading.Thread(target=hammer.run, args=(address, port, seconds, timeout), daemon=True)
        hammer.thread.start()
        number = next(self._numbers)
        self._hammers[number] = hammer
        return number

    def hammered(self, hammer: int, *, stop: bool) -> dict[str, dict[str, int]]:
        """Wait for a hammer, or stop it: {answers: {host: times}, errors: {text: times}}."""
        one = self._hammers[hammer]
        if stop:
            one.stop.set()
        if one.thread:
            one.thread.join()
        return {"answers": dict(one.answers), "errors": dict(one.errors)}

    def drop(self) -> None:
        """End every server and client."""
        for hammer in self._hammers.values():
            hammer.stop.set()
        for server in self._servers:
            server.stop()
        for connection in self._held.values():
            connection.close()
        for hammer in self._hammers.values():
            if hammer.thread:
                hammer.thread.join()
        self._servers, self._held, self._hammers = [], {}, {}


def _once(address: str, port: int, timeout: float) -> dict[str, str]:
    try:
        with socket.create_connection((address, port), timeout) as connection:
            return {"answer": _line(connection), "peer": connection.getpeername()[0], "error": ""}
    except OSError as error:
        return {"answer": "", "peer": "", "error": error.strerror or str(error)}


def _line(connection: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\n"):
        more = connection.recv(4096)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    return data.decode().rstrip("\n")
