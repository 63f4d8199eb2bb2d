"""The codes of what is wrong with a description's text."""

from __future__ import annotations

from lvsgen.codes.code import Code

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
        "A character that cannot be seen, or looks like another",
        "Control characters, and characters that reorder text, make a review show something else than what is built. "
        "No-break and other spaces look like blanks, typographic quotes like quotes, and are neither to YAML.",
        "Delete the character, or write the plain one.",
    ),
    "LVS104": Code(
        "The file is too large",
        "A description of 50,000 services stays far below 16 MiB and 2,000,000 values; more is a wrong file.",
        "Name the right file.",
    ),
    "LVS105": Code(
        "The file is empty",
        "An empty description never means an empty cluster: it is usually a file that was not written completely.",
        "Start from what `lvsgen init` writes.",
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
        "Start from what `lvsgen init` writes.",
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
    "LVS115": Code(
        "A line that is indented wrongly",
        "What belongs to a key stands below it and further to the right; what does not, stands beside it. In the wrong "
        "place it is something else, and what it belongs to lacks it.",
        "Indent it as the help line says.",
    ),
    "LVS116": Code(
        "No colon, or no blank after it",
        "To YAML, key:value is one word, so that times and addresses can be written; only a colon with a blank after "
        "it ends a key.",
        "Write a colon and a blank after the key.",
    ),
}
