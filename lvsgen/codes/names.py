"""The codes of names, and of what they refer to."""

from __future__ import annotations

from lvsgen.codes.code import Code

CODES = {
    "LVS301": Code(
        "No such VIP",
        "A service needs an address that clients connect to.",
        "Correct the name, or add it under vips.",
    ),
    "LVS302": Code(
        "No such realserver",
        "Connections cannot be sent to a host that is not described.",
        "Correct the name, or add it under realservers.",
    ),
    "LVS303": Code(
        "No such network",
        "An interface takes its prefix length and gateway from its network.",
        "Correct the name, or add it under networks.",
    ),
    "LVS304": Code(
        "No service of that name",
        "Port names are looked up in the database that comes with lvsgen, so that every machine builds the same files.",
        "Correct the name, or write the port's number.",
    ),
    "LVS305": Code(
        "A service name of another protocol",
        "The name is known, but for the other transport protocol; most likely the protocol is wrong.",
        "Correct the protocol, or write the port's number.",
    ),
    "LVS306": Code(
        "A scheduler that the director does not have",
        "The director's kernel is older than the scheduler, and would refuse the service.",
        "Use one of the schedulers that the help line lists.",
    ),
    "LVS307": Code(
        "A host stands twice",
        "Every host has one place in the description and one folder in the output.",
        "Give the two hosts different names, or remove one.",
    ),
    "LVS308": Code(
        "Two services on the same VIP, protocol and port",
        "IPVS knows a service by these three; the second would replace or break the first.",
        "Merge their realservers, or change the port of one.",
    ),
    "LVS309": Code(
        "A VIP has the name of a host",
        "Who reads the name could not tell the balanced address from the host's own.",
        "Name the VIP for the service, as clients do.",
    ),
    "LVS310": Code(
        "A cluster is described twice",
        "Both descriptions would be built into one folder, and the second would undo the first.",
        "Give one of them another name, or leave one file out.",
    ),
    "LVS311": Code(
        "A fallback for a scheduler that needs none",
        "sh and mh send a client to the realserver that its address points at, and refuse it when that one takes no "
        "new connections; fallback sends it to another one. Every other scheduler chooses among those that take some.",
        "Leave the key out.",
    ),
    "LVS312": Code(
        "A fallback that the director does not know",
        "Its kernel and its ipvsadm are older than the flag, so the service could not be added. Without it, a drained "
        "realserver's clients are refused.",
        "Write fallback: false, or use a scheduler that does not hash, such as wlc.",
    ),
    "LVS313": Code(
        "A host has the name of a folder of out/",
        "out/<cluster>/common/ is for what is the same on every host, so no host's files can stand there.",
        "Give the host another name.",
    ),
}
