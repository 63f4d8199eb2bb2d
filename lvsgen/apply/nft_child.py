"""The child that loads text through the nftables library: `python -m lvsgen.apply.nft_child`; all of it or nothing."""

from __future__ import annotations

import sys


def load(text: str) -> str:
    """Load it; returns the complaint, "" for none."""
    import nftables  # noqa: PLC0415 - it loads libnftables when it is imported

    status, _, complaint = nftables.Nftables().cmd(text)
    return str(complaint or f"status {status}") if status else ""


if __name__ == "__main__":
    raise SystemExit(load(sys.stdin.read()) or 0)
