"""What a client in the lab meets: one connection, one that it keeps, or a stream of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

from lvsgen.prove.uml import Kernel


@dataclass(frozen=True, slots=True)
class Answer:
    """One connection: who answered, and from which address; or the error."""

    answer: str
    peer: str
    error: str


@dataclass(frozen=True, slots=True)
class Hammered:
    """What a stream of connections met: who answered how often, and the errors."""

    answers: Mapping[str, int]
    errors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Connection:
    """An open TCP connection; `answerer` is the host that greeted it."""

    kernel: Kernel
    number: int
    answerer: str

    def ask(self, text: str, timeout: float = 5) -> str:
        """Send a line; returns the line that comes back. CallError when the connection is dead."""
        return str(self.kernel.call("ask", patience=timeout, connection=self.number, text=text, timeout=timeout))

    def close(self) -> None:
        """Close it."""
        self.kernel.call("close", connection=self.number)


@dataclass(slots=True)
class Hammer:
    """A client that connects without pause until the block ends; `result` is then what it met."""

    kernel: Kernel
    number: int
    result: Hammered = field(default_factory=lambda: Hammered({}, {}))

    def __enter__(self) -> Hammer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.result = Hammered(**self.kernel.call("hammered", patience=60, hammer=self.number, stop=True))
