"""What the name of an interface says of it: a card has a network file of its own, what is made of cards has not."""

from __future__ import annotations

import re

_MADE = {
    "a VLAN": r".+\.[0-9]{1,4}|vlan.*[0-9]",
    "a bond": r"bond([0-9]*|[-_].+)",
    "a team": r"team([0-9]*|[-_].+)",
    "a bridge": r"br([0-9]+|[-_].+)|(bridge|virbr|vmbr|xenbr|docker).*",
    "a tunnel": r"(tun|tap|wg|gre|gretap|ipip|sit|tunl|vxlan|ppp)([0-9]*|[-_].+)",
    "a dummy": r"dummy[0-9]*",
    "an InfiniBand port": r"ib([0-9].*|[ps].+)",
}
"""Kinds of interfaces whose files say more than an address, or another type, by the names that tools give them."""
_KINDS = tuple((kind, re.compile(names)) for kind, names in _MADE.items())


def made(name: str) -> str:
    """Say what an interface of that name is ("a VLAN", "a bond"), "" for a plain network card."""
    return next((kind for kind, names in _KINDS if names.fullmatch(name)), "")
