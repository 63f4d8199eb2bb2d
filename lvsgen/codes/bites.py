"""The codes of what works and will bite."""

from __future__ import annotations

from lvsgen.codes.code import Code
from lvsgen.findings.finding import Severity

CODES = {
    "LVS501": Code(
        "A VIP without a service",
        "The director holds the address and balances nothing of it: who connects to the VIP is answered by the "
        "director's own daemons, its ssh among them.",
        "Add a service on it, or remove the VIP until there is one.",
        Severity.WARNING,
    ),
    "LVS502": Code(
        "Every realserver of a service has weight 0",
        "Weight 0 gives a realserver no new connections. With nobody else there, IPVS has nowhere to send a client "
        "and refuses it with an ICMP port unreachable.",
        "Give one of them a weight of 1 or more, or remove the service.",
        Severity.WARNING,
    ),
    "LVS503": Code(
        "Two VIPs that a realserver cannot tell apart",
        "The realserver's REDIRECT rule rewrites the destination of every packet to the realserver's own address. What "
        "came for one VIP and what came for another arrive at one address and port, so one daemon gets both, "
        "whatever address it was told to listen on.",
        "Give one of the services another port, or other realservers. Where one daemon is meant to answer for both, by "
        "the name that clients ask for, suppress it and say so.",
        Severity.WARNING,
    ),
    "LVS504": Code(
        "A scheduler that gives one VIP one realserver",
        "dh, lblc and lblcr pick by the address that clients connect to, which is the VIP: it is the same for every "
        "connection of a service, so one realserver gets them all. They were made for caches, whose clients connect to "
        "many addresses.",
        "Use sh or mh where a client is to stay with a realserver, and wlc where not.",
        Severity.WARNING,
    ),
    "LVS505": Code(
        "More weight than sh has places for",
        "sh has 256 places and fills them with each realserver's weight in turn. Weights of more than 256 in sum leave "
        "fewer places, or none, for those that come last: with 200 and 200 one gets more than three times the other's "
        "clients, with 400 and 400 all of them.",
        "Write smaller weights in the same proportion.",
        Severity.WARNING,
    ),
    "LVS506": Code(
        "An interface that no network file is written for",
        "Its name is that of a VLAN, bond, bridge or another thing made of cards. A network file for a plain card "
        "would leave it without what it is made of, and the host without network after the next boot.",
        "Configure it on the host, and write network_files: none at the interface, or at the host for all of them.",
        Severity.WARNING,
    ),
    "LVS507": Code(
        "A suppression that suppresses nothing",
        "What it was written for is gone. Left in place, it would hide the next warning of the kind under a reason "
        "that is about another one.",
        "Remove it.",
        Severity.NOTE,
    ),
    "LVS508": Code(
        "A hash without a fallback",
        "sh and mh send a client to the realserver that its address points at. With their fallback flag, one whose "
        "realserver takes no new connections is sent to another; this director's kernel and ipvsadm are older than the "
        "flag, so it is refused, for as long as the realserver is drained.",
        "Write fallback: false where that will do, or use a scheduler that goes by weight, such as wlc.",
        Severity.WARNING,
    ),
}
