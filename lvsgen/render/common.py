"""What is the same, byte for byte, on every host: reviewed once, in out/<cluster>/common/rootfs/."""

from __future__ import annotations

from collections.abc import Mapping

from lvsgen.platforms.layout import ENGINE
from lvsgen.render import scripts
from lvsgen.render.hostbuild import File


def files() -> Mapping[str, File]:
    """Give these files, by their paths on a host.

    What stands here is built, and nothing else needs to know of it: MANIFEST covers it, each host's FILES lists it (as
    `0644 root:root common/rootfs/PATH`), each host's own MANIFEST has its digest; review, diff and the rest look at it;
    apply and the page's commands put it before anything else. What is below `layout.ENGINES` stays on a host as long
    as any MANIFEST below /etc/lvsgen names it, of whatever cluster. So one of another format has another name, and each
    reads whatever facts its format ever had, since it comes to a host before they do.
    """
    return {ENGINE: File(scripts.engine())}
