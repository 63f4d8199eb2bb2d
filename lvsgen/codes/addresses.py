"""The codes of addresses."""

from __future__ import annotations

from lvsgen.codes.code import Code

CODES = {
    "LVS401": Code(
        "An address outside its network",
        "The host could not be reached, nor reach its gateway.",
        "Correct the address, or the network that it names.",
    ),
    "LVS402": Code(
        "The network's own or its broadcast address",
        "The first and the last address of a network belong to no host.",
        "Use an address between them.",
    ),
    "LVS403": Code(
        "Not an address for a host",
        "Loopback, multicast, link-local, reserved and unspecified addresses cannot be used by hosts on a network.",
        "Use an address of the network.",
    ),
    "LVS404": Code(
        "An address stands twice",
        "Two hosts that answer for one address make it work by chance.",
        "Give each its own.",
    ),
    "LVS405": Code(
        "A VIP is the director's own address",
        "Connections to a balanced port of the address go to the realservers, those of administrators too: with ssh "
        "balanced, nobody can log in to the director any more.",
        "Give the VIP an address of its own.",
    ),
    "LVS406": Code(
        "The director cannot reach the realserver",
        "Direct routing rewrites the hardware address only, so director and realserver must stand on the same network.",
        "Give the director or the realserver an interface on a network of the other.",
    ),
    "LVS407": Code(
        "A VIP that the director has no network for",
        "The director answers for the VIP on an interface; it needs one on the network that holds the address.",
        "Correct the address, or give the director an interface on that network.",
    ),
    "LVS408": Code(
        "A MAC address stands twice",
        "Each network card has its own; a copied line would bind a host's address to another host's card.",
        "Copy it from `ip link` on the host.",
    ),
}
