"""What lvsgen knows of kernel settings: which of them change others when written, and when each is safe to write."""

from __future__ import annotations

import re

IP_FORWARD = "net/ipv4/ip_forward"
FORWARDING = frozenset({IP_FORWARD, "net/ipv4/conf/all/forwarding"})
_CONF = "net/ipv4/conf/"
_DEFAULT = "net/ipv4/conf/default/"
_KEY = re.compile(r"net/[^\x00-\x20\x7f]+")
_NEEDED_LOW = frozenset({"rp_filter", "send_redirects"})


def follows_forwarding(key: str) -> bool:
    """Tell whether the kernel writes `key` itself when ip_forward changes.

    Linux, net/ipv4/devinet.c: ip_forward is conf/all/forwarding by another name. devinet_sysctl_forward() does nothing
    when the value stays; when it changes, inet_forward_change() sets conf/all/accept_redirects to the opposite, and
    forwarding of `default` and of every device to the value. So 1, 0, 1 does not come back by itself.
    """
    if key == "net/ipv4/conf/all/accept_redirects":
        return True
    return key.startswith(_CONF) and key.endswith("/forwarding") and key not in FORWARDING


def disturbs(written: str, key: str) -> bool:
    """Tell whether writing `written` may change `key`.

    Beside ip_forward: devinet_conf_proc() copies a value written to conf/default to every device on which nobody has
    set that value and which has had no address yet; only default/forwarding stays by itself.
    """
    if written in FORWARDING:
        return follows_forwarding(key)
    name = written.removeprefix(_DEFAULT)
    if name in (written, "forwarding"):
        return False
    return key.startswith(_CONF) and key.endswith(f"/{name}") and key not in (written, f"{_CONF}all/{name}")


def is_key(key: str) -> bool:
    """Tell whether it names a setting below /proc/sys/net, and nothing elsewhere; an interface may have odd names."""
    return _KEY.fullmatch(key) is not None and {"", ".", ".."}.isdisjoint(key.split("/"))


def device(key: str) -> str:
    """Name the interface that a setting is for, "" for none."""
    return key.removeprefix(_CONF).partition("/")[0] if key.startswith(_CONF) else ""


def needed_first(key: str, before: str | None, after: str) -> bool:
    """Tell whether a change is written before everything else, or last: what guards the rest goes up first.

    Redirects and reverse path filtering are in the way of the rest when they are on, so for them it is the reverse.
    """
    rises = before is None or not (before.isdecimal() and after.isdecimal()) or int(before) < int(after)
    return rises != (key.rpartition("/")[2] in _NEEDED_LOW)


def rank(key: str) -> tuple[int, str]:
    """Sort keys so that each comes after those that disturb it."""
    if key in FORWARDING:
        return 0, key
    return (1, key) if key.startswith(_DEFAULT) else (2, key)
