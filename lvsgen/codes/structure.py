"""The codes of wrong keys, types and values."""

from __future__ import annotations

from lvsgen.codes.code import Code

CODES = {
    "LVS201": Code(
        "A key is missing",
        "What is not said has no safe default here.",
        "Add the key; the language reference shows its values.",
    ),
    "LVS202": Code(
        "An unknown key",
        "A key that nobody reads is a wish that is not granted, most often a typing mistake.",
        "Correct or remove it; the language reference lists the keys.",
    ),
    "LVS203": Code(
        "A value of the wrong type",
        "Text, whole numbers and mappings are not converted into each other, so that nothing is guessed.",
        "Write the value as the help line says.",
    ),
    "LVS204": Code(
        "A group is empty",
        'An empty group never means "any" or "all"; it is usually something left out.',
        "Add an entry.",
    ),
    "LVS205": Code(
        "Not a usable name",
        "Names become file names, chain names and words of commands on every host, so they are kept plain.",
        "Use small letters, digits and hyphens, at most 63 (a cluster: 16). An interface has the name "
        "that the kernel gives it.",
    ),
    "LVS206": Code(
        "Not one of the known words",
        "Only what the tools on the hosts know can be built.",
        "Use one of the words that the help line lists.",
    ),
    "LVS207": Code(
        "A number out of range",
        "The kernel or ipvsadm would refuse it, or take it for something else: port 0 is every port, and a timeout of "
        "0 means unchanged.",
        "Use a number in the range that the message names.",
    ),
    "LVS208": Code(
        "Not a length of time",
        "A timeout is a whole number of seconds, or one with a unit: s, m, h or d.",
        "Write 90s, 15m, 72h or 1d.",
    ),
    "LVS209": Code(
        "Not supported yet",
        "It is part of LVS, but lvsgen does not build it yet and does not pretend to.",
        "Do what the help line says instead.",
    ),
    "LVS210": Code(
        "Not an IPv4 address",
        "Addresses are written as four numbers; names are not looked up, so that the same text "
        "always builds the same files.",
        "Write it like 192.0.2.10.",
    ),
    "LVS211": Code(
        "Not a usable subnet",
        "A subnet is the network's first address and its prefix length, from /8 to /30, with room for hosts.",
        "Write it like 192.0.2.0/24.",
    ),
    "LVS212": Code(
        "Not a usable MAC address",
        "It is written into network files that refuse an interface with another address, so a wrong "
        "one cuts a host off.",
        'Copy it from `ip link` on the host, in quotes: "00:14:5E:6B:13:3E".',
    ),
    "LVS213": Code(
        "Not a port",
        "A port is a number from 1 to 65535 or the name of a service.",
        "Write it like 22 or ssh.",
    ),
    "LVS214": Code(
        "A finding that cannot be suppressed",
        "An error cannot work, whoever means it so; a note stops nothing and asks for nothing.",
        "Mend what the finding is about, and remove the suppression.",
    ),
    "LVS215": Code(
        "A suppression without a reason",
        "The reason is for whoever reads the description next, and has to decide whether it still holds.",
        "Say in a few words why it is meant so.",
    ),
}
