"""What a host is refused for: how it comes to that, what is typed, and what is said. `{name}` is one of OUTS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Sysctl, VipAddress

PLAN = "/tmp/change.plan"
LOCK = "/var/run/lvsgen.lock"
_RECORD = "/var/run/lvsgen-llc.state"

_APPLY = "apply --out {out}"
_DOCTOR = "see lvsgen doctor"
_AGAIN = f"plan again: lvsgen plan --save {PLAN}"
_NO_REHEARSAL = "repeat with --no-rehearse"
_AWAY = "mv /usr/sbin/{0} /usr/sbin/{0}.away"
_BACK = "mv /usr/sbin/{0}.away /usr/sbin/{0}"
_INSTEAD = _AWAY + "\ncat >/usr/sbin/{0} <<'END'\n#!/bin/sh\n{1}\nEND\nchmod 755 /usr/sbin/{0}"
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_OTHER_BOOT = f"echo another >/tmp/boot; mount --bind /tmp/boot {_BOOT_ID}"
_READ_ALL = "--inh-caps=+dac_read_search --ambient-caps=+dac_read_search"

NOBODY = f"setpriv --reuid=65534 --regid=65534 --clear-groups {_READ_ALL}"
"""Not root, but it can read the project wherever that is."""

_JAILED = "setpriv --bounding-set=-sys_admin"


@dataclass(frozen=True, slots=True)
class Case:
    """What is typed, by whom, and said; `arrange` comes before that and `restore` after it."""

    typed: str
    said: str
    hint: str
    arrange: str = ""
    restore: str = ""
    by: str = ""


def _with_sysctl(key: str) -> Callable[[HostState], HostState]:
    return lambda state: replace(state, sysctls=ordered((*state.sysctls, Sysctl(key, "9"))))


def _with_scheduler(name: str) -> Callable[[HostState], HostState]:
    return lambda state: replace(state, services=tuple(replace(one, scheduler=name) for one in state.services))


OUTS: dict[str, Callable[[HostState], HostState]] = {
    "out": lambda state: state,
    "speed": _with_sysctl("net/ipv4/vs/speed"),
    "outside": _with_sysctl("net/../../etc/passwd"),
    "vip7": lambda state: replace(state, addresses=(VipAddress(IPv4Address("129.129.190.54"), "eth7"),)),
    "arp7": _with_sysctl("net/ipv4/conf/eth7/arp_ignore"),
    "best": _with_scheduler("best"),
    "wlc": _with_scheduler("wlc"),
    "chain": lambda state: replace(state, chains=(Chain("nat", "lvsgen-llc", "PREROUTING", ("-j ACCEPT",)),)),
    "table": lambda state: replace(state, tables=(NftTable("ip", "lvsgen-llc", ("chain a {", "}")),)),
}
"""What out/ says: the example that is applied here, or that with something this host cannot be, or is not yet."""


def _missing(tool: str, typed: str) -> Case:
    said, hint = f"there is no {tool} on this host", f"install it: {tool}"
    return Case(typed, said, hint, _AWAY.format(tool), _BACK.format(tool))


def _instead(tool: str, script: str, typed: str, said: str, hint: str) -> Case:
    return Case(typed, said, hint, _INSTEAD.format(tool, script), _BACK.format(tool))


def _planned(text: str, said: str) -> Case:
    write = f"cat >{PLAN} <<'END'\n{text}\nEND"
    return Case(f"{_APPLY} --plan {PLAN}", f"{PLAN} {said}", _AGAIN, write, f"rm {PLAN}")


def _scratch(script: str, said: str) -> Case:
    """Something is wrong with `ip` where a scratch namespace is furnished, and with nothing before."""
    whole = f'case "$*" in *-force*) {script} ;; esac\nexec /usr/sbin/ip.away "$@"'
    return _instead("ip", whole, "apply --out {wlc}", said, _NO_REHEARSAL)


def _folder_at(path: str, typed: str, said: str, hint: str = "see what it is for, and move it away") -> Case:
    arrange = f"if [ -e {path} ]; then mv {path} {path}.away; fi; mkdir {path}"
    return Case(typed, said, hint, arrange, f"rmdir {path}; if [ -e {path}.away ]; then mv {path}.away {path}; fi")


_RULES, _SCRIPT = "/etc/lvsgen/llc/host", "/usr/local/sbin/lvs-director"
_ROOT = "repeat it as root, by sudo for example"
_NO_CHANGE = "see lvsgen apply --help"

CASES = {
    "apply by nobody": Case(_APPLY, "changing a host needs root", _ROOT, by=NOBODY),
    "confirm by nobody": Case("confirm", "changing a host needs root", _ROOT, by=NOBODY),
    "rollback by nobody": Case("rollback", "changing a host needs root", _ROOT, by=NOBODY),
    "drain by nobody": Case("drain llc6 --out {out}", "changing a host needs root", _ROOT, by=NOBODY),
    "undrain by nobody": Case("undrain llc6 --out {out}", "changing a host needs root", _ROOT, by=NOBODY),
    "plan by nobody": Case("plan --out {out}", "reading a host needs root", _ROOT, by=NOBODY),
    "status by nobody": Case("status --out {out}", "reading a host needs root", _ROOT, by=NOBODY),
    "watch by nobody": Case("status --watch --out {out}", "reading a host needs root", _ROOT, by=NOBODY),
    "history by nobody": Case("history", "reading what was done needs root", _ROOT, by=NOBODY),
    "no ipvsadm to apply": _missing("ipvsadm", _APPLY),
    "no ipvsadm to plan": _missing("ipvsadm", "plan --out {out}"),
    "no ipvsadm to see": _missing("ipvsadm", "status --out {out}"),
    "no ipvsadm to drain": _missing("ipvsadm", "drain llc6 --out {out}"),
    "no iptables": _missing("iptables-save", "apply --out {chain}"),
    "no iptables-restore": Case(
        "apply --out {chain}",
        "there is no iptables-restore on this host",
        _DOCTOR,
        _AWAY.format("iptables-restore"),
        _BACK.format("iptables-restore"),
    ),
    "no nft": _missing("nft", "apply --out {table}"),
    "a tool that fails": _instead(
        "ipvsadm",
        "echo 'Memory allocation problem' >&2; exit 255",
        _APPLY,
        "ipvsadm -L -n --thresholds: Memory allocation problem",
        "`lvsgen doctor` says what this host lacks",
    ),
    "a tool that is no program": Case(
        _APPLY,
        "cannot run ipvsadm: Exec format error",
        "see what is in the way",
        f"{_AWAY.format('ipvsadm')}; cp -p /etc/hostname /usr/sbin/ipvsadm; chmod 755 /usr/sbin/ipvsadm",
        _BACK.format("ipvsadm"),
    ),
    "a tool of another time": _instead(
        "ipvsadm",
        "echo service: tcp 192.0.2.1",
        _APPLY,
        "ipvsadm says what lvsgen does not understand: 'not a line of an IPVS table: 'service: tcp 192.0.2.1''",
        "see what it prints when you run it yourself; perhaps its version is newer than lvsgen knows",
    ),
    "somebody is at work": Case(
        _APPLY,
        "another lvsgen is at work on this host (process 1)",
        "try again when it is done",
        f'ln -s "1 $(cut -d " " -f 22 /proc/1/stat) $(cat {_BOOT_ID})" {LOCK}',
        f"rm {LOCK}",
    ),
    "a lock is being cleared": Case(
        _APPLY,
        "a stale lock is being cleared",
        f"if this stays so: rm -f {LOCK} {LOCK}.clear",
        f"ln -s '99999 1 another' {LOCK}; ln -s \"1 $(cut -d ' ' -f 22 /proc/1/stat) $(cat {_BOOT_ID})\" {LOCK}.clear",
        f"rm {LOCK} {LOCK}.clear",
    ),
    "another cluster": Case(
        _APPLY,
        "this host already serves another cluster (/var/run/lvsgen-web.state)",
        "stop that one first",
        f"printf 'boot\\t%s\\n' $(cat {_BOOT_ID}) >/var/run/lvsgen-web.state",
        "rm /var/run/lvsgen-web.state",
    ),
    "another cluster to roll back beside": Case(
        "rollback",
        "this host already serves another cluster (/var/run/lvsgen-web.state)",
        "stop that one first",
        f"printf 'boot\\t%s\\n' $(cat {_BOOT_ID}) >/var/run/lvsgen-web.state",
        "rm /var/run/lvsgen-web.state",
    ),
    "a record of nobody": Case(
        "drain llc6 --out {out}",
        "cannot tell whose /var/run/lvsgen-web.state is: it begins with no boot",
        "see what it is, and move it away",
        "echo put >/var/run/lvsgen-web.state",
        "rm /var/run/lvsgen-web.state",
    ),
    "a record of another version": Case(
        _APPLY,
        "the record of what was put on this host says 'put\\ttunnel tunl0'",
        "lvsgen does not know it, so another version put it: take it away with that version, or with its script's stop",
        f"cp -p {_RECORD} /tmp/record; printf 'put\\ttunnel tunl0\\n' >>{_RECORD}",
        f"mv /tmp/record {_RECORD}",
    ),
    "a record that others can write": Case(
        _APPLY,
        f"{_RECORD} cannot be believed: others can write it",
        f"see what is there and who wrote it, then: chmod go-w {_RECORD}; or move it away",
        f"chmod 666 {_RECORD}",
        f"chmod 600 {_RECORD}",
    ),
    "a record of another user": Case(
        "status --out {out}",
        f"{_RECORD} cannot be believed: root does not own it",
        f"see what is there and who wrote it, then: chown root {_RECORD}; or move it away",
        f"chown 65534 {_RECORD}",
        f"chown 0 {_RECORD}",
    ),
    "a MANIFEST of the host that others can write": Case(
        "plan --out {out}",
        "/etc/lvsgen/llc/MANIFEST cannot be believed: others can write it",
        "see what is there and who wrote it, then: chmod go-w /etc/lvsgen/llc/MANIFEST; or move it away",
        "chmod 664 /etc/lvsgen/llc/MANIFEST",
        "chmod 644 /etc/lvsgen/llc/MANIFEST",
    ),
    "no such setting": Case("apply --out {speed}", "this kernel has no setting net/ipv4/vs/speed", _DOCTOR),
    "no such setting in a plan": Case("plan --out {speed}", "this kernel has no setting net/ipv4/vs/speed", _DOCTOR),
    "no setting at all": Case(
        "status --out {outside}", "'net/../../etc/passwd' is no kernel setting", "look at where it comes from"
    ),
    "no such interface for a VIP": Case(
        "apply --out {vip7}", "this host has no interface eth7", "is this the right host? see --host"
    ),
    "no such interface for a setting": Case(
        "apply --out {arp7}", "this host has no interface eth7", "is this the right host? see --host"
    ),
    "what the kernel would refuse": Case(
        "apply --out {best}",
        "the kernel would not do this: tcp 129.129.190.54:22: scheduler from rr to best: "
        "Scheduler or persistence engine not found",
        "nothing was touched; mend the description, or, if the rehearsal is wrong, repeat with --no-rehearse",
    ),
    "no namespace to rehearse in": Case(
        "apply --out {wlc}",
        "cannot rehearse: no scratch network namespace can be made: Operation not permitted",
        _NO_REHEARSAL,
        by=_JAILED,
    ),
    "no dummies to rehearse with": _scratch(
        "echo Unknown device type >&2; exit 1", "cannot rehearse: no dummy interface can be made: Unknown device type"
    ),
    "a killed rehearsal": _scratch("kill -9 $PPID", "cannot rehearse: the rehearsal was killed"),
    "what could not be put back": Case(
        _APPLY,
        "lvsgen could not put this back: -a -t 129.129.190.54:22 -r [2001:db8::5]:22 -i -w 1 --tun-type ipip",
        "remove it by hand first",
        "ipvsadm -a -t 129.129.190.54:22 -r [2001:db8::5]:22 -i",
        "ipvsadm -d -t 129.129.190.54:22 -r [2001:db8::5]:22",
    ),
    "a folder for a file": _folder_at(_RULES, _APPLY, f"{_RULES} is a folder on this host"),
    "a folder for a file in a plan": _folder_at(_RULES, "plan --out {out}", f"{_RULES} is a folder on this host"),
    "a folder for who is drained": _folder_at(
        "/var/lib/lvsgen/llc/drained",
        _APPLY,
        "cannot read /var/lib/lvsgen/llc/drained: it is no file",
        "see what /var/lib/lvsgen/llc/drained is for, and move it away",
    ),
    "a pipe for a file": Case(
        _APPLY,
        f"{_SCRIPT} is neither file, folder nor link",
        "see what it is for, and move it away",
        f"mv {_SCRIPT} {_SCRIPT}.away; mkfifo {_SCRIPT}",
        f"mv {_SCRIPT}.away {_SCRIPT}",
    ),
    "a plan of another host": _planned(
        '{"format": 1, "cluster": "llc", "host": "llc5", "desired": "-", "live": "-"}',
        "is a plan for llc5 of llc, this is llclb1 of llc",
    ),
    "a plan of another version": _planned('{"format": 2}', "is no plan of this version"),
    "a plan that is none": _planned("what to do", "is no plan of this version"),
    "a plan that is not there": Case(
        f"{_APPLY} --plan {PLAN}",
        f"cannot read {PLAN}: No such file or directory",
        f"make it: lvsgen plan --save {PLAN}",
    ),
    "a plan nowhere": Case(
        "plan --out {out} --save /tmp/none/plan",
        "cannot write /tmp/none/plan: No such file or directory",
        "name another file with --save",
    ),
    "nothing to confirm": Case("confirm", "no change awaits confirmation", "see lvsgen history"),
    "nothing to resume": Case("rollback --resume", "there is nothing to roll back", "see lvsgen history"),
    "a change of another boot": Case(
        "rollback",
        "the last change was made before this host was booted",
        "check out the out/ you want from version control, and apply that",
        _OTHER_BOOT,
        f"umount {_BOOT_ID}; rm /tmp/boot",
    ),
    "no change to roll back": Case("rollback --cluster web", "no change was made here for web", _NO_CHANGE),
    "no change to confirm": Case("confirm --cluster web", "no change was made here for web", _NO_CHANGE),
    "no change at all to roll back": Case(
        "rollback",
        "no change was made here",
        _NO_CHANGE,
        "mv /var/lib/lvsgen /var/lib/away",
        "mv /var/lib/away /var/lib/lvsgen",
    ),
    "changes for several clusters": Case(
        "history",
        "changes were made here for several clusters",
        "choose with --cluster: llc or web",
        "mkdir -p /var/lib/lvsgen/web/transactions",
        "rm -r /var/lib/lvsgen/web",
    ),
    "an unknown realserver to drain": Case(
        "drain llc7 --out {out}", "no service of llclb1 leads to 'llc7'", "did you mean 'llc6'?"
    ),
    "an unknown realserver to undrain": Case(
        "undrain web --out {out}", "no service of llclb1 leads to 'web'", "there are: llc5, llc6"
    ),
    "another host to drain on": Case(
        "drain llc6 --out {out} --host llc5", "llc5 has no realservers to drain", "run this on the director"
    ),
}
