"""A stand-in for nft, because the lab's kernel has none for ip: it keeps whole tables and knows nothing of rules."""

from __future__ import annotations

from lvsgen.prove.lab import Host

_TABLES = "/run/lab-nft"
_SCRIPT = f"""\
#!/bin/sh
# A file for each table, named after it. What is left out of nft's language is an error.
cd {_TABLES} || exit 1
load() {{
    table=
    while IFS= read -r line; do
        case $table:$line in
        :table\\ *\\{{) table=${{line% ?}} && echo "$line" >"${{table#table }}" ;;
        :table\\ *) : >>"${{line#table }}" ;;
        :delete\\ table\\ *) rm "${{line#delete table }}" || exit 1 ;;
        :flush\\ ruleset) rm -f * ;;
        : | :\\#*) ;;
        :*) echo "stand-in: $line" >&2; exit 1 ;;
        *) echo "$line" >>"${{table#table }}" ;;
        esac
        [ "$line" != '}}' ] || table=
    done
}}
case $* in
'list tables') find . -type f -printf 'table %P\\n' ;;
'list table '*) cat "$3 $4" ;;
'-s list table '*) cat "$4 $5" ;;
'flush ruleset') rm -f * ;;
'-f -') load ;;
'-f '*) load <"$2" ;;
*) echo "stand-in: $*" >&2; exit 1 ;;
esac
"""


def install(host: Host) -> None:
    """Put it in the place of nft, with no tables."""
    host.run("mkdir", "-p", _TABLES)
    host.wrap("/usr/sbin/nft", _SCRIPT)


def remove(host: Host) -> None:
    """Put the real nft back."""
    host.unwrap("/usr/sbin/nft")
    host.run("rm", "-rf", _TABLES)


def tables(host: Host) -> dict[str, str]:
    """The tables that are there, by family and name, in the text that was loaded."""
    names = host.run("find", _TABLES, "-type", "f", "-printf", "%P\n").stdout.splitlines()
    return {name: host.read(f"{_TABLES}/{name}") for name in sorted(names)}
