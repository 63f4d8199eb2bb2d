"""The codes of findings: what each means, why it matters and what to do."""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = {
    "LVS1": "The text",
    "LVS2": "Structure and values",
    "LVS3": "Names and what they refer to",
    "LVS4": "Addresses",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding."""

    title: str
    why: str
    action: str


CODES = {
    "LVS101": Code(
        "The text is not YAML",
        "What cannot be read as YAML has no meaning, and guessing one would configure hosts by guess.",
        "Look at the place and just before it: a missing space after a colon, a bracket or quote left open, a tab used "
        "for indentation, or text with colons (a MAC or IPv6 address) that needs quotes.",
    ),
    "LVS102": Code(
        "The file is not UTF-8 text",
        "A description is text that people review; anything else is a wrong file or a wrong encoding.",
        "Save it as UTF-8, or name the right file.",
    ),
    "LVS103": Code(
        "A character that cannot be seen",
        "Control characters, and characters that reorder text, make a review show something else than what is built.",
        "Delete the character.",
    ),
    "LVS104": Code(
        "The file is too large",
        "A description of 50,000 services stays far below 16 MiB and 2,000,000 values; more is a wrong file.",
        "Name the right file.",
    ),
    "LVS105": Code(
        "The file is empty",
        "An empty description never means an empty cluster: it is usually a file that was not written completely.",
        "Start from one of the files in examples/.",
    ),
    "LVS106": Code(
        "Several documents in one file",
        "One file describes one cluster; a second document would silently be left out.",
        "Put each cluster into a file of its own, and remove the --- or ... between.",
    ),
    "LVS107": Code(
        "Anchors and aliases",
        "With &name and *name a line means what another line says, so a review sees less than what is built.",
        "Write it out.",
    ),
    "LVS108": Code(
        "A tag",
        "Tags such as !!str change what a value is; here the key alone decides that.",
        "Remove the tag, and quote the value if text is meant.",
    ),
    "LVS109": Code(
        "Nested too deeply",
        "The language needs seven levels; more than 32 is a wrong or hostile file.",
        "Compare with the language reference and take out the extra brackets or indentation.",
    ),
    "LVS110": Code(
        "A key stands twice",
        "Only one of the two could count, and readers would not agree on which.",
        "Keep one of them.",
    ),
    "LVS111": Code(
        "A key is not a name",
        "Every key is a word or a name; numbers, true, null, lists and mappings are not.",
        "Write a name, in quotes if it looks like something else.",
    ),
    "LVS112": Code(
        "The file is not a mapping",
        "A description is keys with values: cluster, networks, directors, realservers, vips, services.",
        "Start from one of the files in examples/.",
    ),
    "LVS113": Code(
        "A number with a leading zero",
        "Some readers take 010 for eight and some for ten.",
        "Write the number without the zero, or quote it if text is meant.",
    ),
    "LVS114": Code(
        "A number of a form that is not used here",
        "The language has whole decimal numbers only; 0x1F, 0o17, 1.5, 1e3 and .inf are none.",
        "Write a whole decimal number, or quote it if text is meant.",
    ),
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


def explain(code: str) -> str:
    """Give a page about one code; KeyError when there is none of that name."""
    entry = CODES[code.upper()]
    return f"{code.upper()}: {entry.title}\n\n{entry.why}\n\nWhat to do: {entry.action}\n"


def reference() -> str:
    """Give docs/findings.md."""
    head = "# Findings\n\nGenerated from lvsgen/codes.py. `lvsgen explain CODE` prints one of them.\n"
    return head + "".join(_section(prefix, title) for prefix, title in GROUPS.items())


def _section(prefix: str, title: str) -> str:
    entries = "".join(
        f"\n### {code}: {entry.title}\n\n{entry.why}\n\nWhat to do: {entry.action}\n"
        for code, entry in CODES.items()
        if code.startswith(prefix)
    )
    return f"\n## {prefix}xx: {title}\n{entries}"
