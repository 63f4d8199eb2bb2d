"""Load nftables text: through the nftables library where it is installed, in a child, else through `nft -f -`.

The child is `python -m lvsgen.apply.nft`; it loads all of the text or nothing.
"""

from __future__ import annotations

import importlib.util
import sys


def through(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Give what loads a text as `nft -f -` would; any other command as it is."""
    if argv != ("nft", "-f", "-") or importlib.util.find_spec("nftables") is None:
        return argv
    return (sys.executable, "-m", "lvsgen.apply.nft")


def load(text: str) -> str:
    """Load it; returns the complaint, "" for none."""
    import nftables  # noqa: PLC0415 - it loads libnftables when it is imported

    status, _, complaint = nftables.Nftables().cmd(text)
    return str(complaint or f"status {status}") if status else ""


if __name__ == "__main__":
    raise SystemExit(load(sys.stdin.read()) or 0)
