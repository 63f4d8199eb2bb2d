"""What is known about a kernel's death: the last words of kernels that died, and of some that did not."""

from __future__ import annotations

import pytest

from lvsgen.prove import lastwords

TRACE = """\
CPU: 0 PID: 1 Comm: true Not tainted 6.1.176 #1
Call Trace:
 [<606944ba>] ? _printk+0x0/0x94
 [<606931e5>] panic+0x197/0x376
"""
PANIC = "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\n"

DEATHS = {
    "a processor with AMX": (
        f"userspace - ptrace set fp regs failed, errno = 14\n{PANIC}{TRACE}",
        "this processor has more registers than this kernel knows (AMX), and the library that mends it was not "
        "preloaded",
    ),
    "no ptrace": (
        "Checking that ptrace can change system call numbers...ptrace: Operation not permitted\n"
        "check_ptrace : expected SIGSTOP, got status = 9",
        "it runs its processes by ptrace, which this machine forbids: see kernel.yama.ptrace_scope, and the seccomp "
        "profile of the container",
    ),
    "no process": (
        "** 293 printk messages dropped **\n" + "start_userspace : clone failed, errno = 11\n" * 200,
        "this user may start no more processes: see ulimit -u, and the pids limit of the container",
    ),
    "full folder": (
        "Bus error - the host /dev/shm or /tmp mount likely just ran out of space\n"
        f"Kernel panic - not syncing: Kernel mode signal 7\n{TRACE}",
        "the folder that holds its memory is full: set TMPDIR to a larger one",
    ),
    "no memory": (
        "UML ran out of memory on the host side! This can happen due to a memory limitation or vm.max_map_count has "
        f"been reached.\n{TRACE}",
        "the machine has no more memory for it, or its memory is in more pieces than vm.max_map_count allows",
    ),
    "no Python": (
        f"Kernel panic - not syncing: Requested init /nowhere failed (error -2).\n{TRACE}",
        "the Python that is to be its first process cannot be started in it",
    ),
    "an old C library": (
        "linux.uml: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by linux.uml)\n",
        "it is Debian 12's, and this machine's C library is older than that",
    ),
    "no modules": (
        "modprobe: FATAL: Module overlay not found in directory /run/kmod/lib/modules/6.1\nTraceback\n",
        "its modules are not where they were unpacked: fetch it again",
    ),
    "the agent": (f"Traceback\n{PANIC}{TRACE}", "its first process, the lab's agent, has ended"),
}
NOTHING = {
    "nothing": "",
    "a crash that was asked for": f"sysrq: Trigger a crash\nKernel panic - not syncing: sysrq triggered crash\n{TRACE}",
    "a good boot": "Checking that ptrace can change system call numbers...OK\nChecking PROT_EXEC mmap...OK\n",
}


@pytest.mark.parametrize(("console", "meaning"), DEATHS.values(), ids=DEATHS)
def test_a_known_death_is_told_in_a_sentence(console: str, meaning: str) -> None:
    assert lastwords.meaning(f"Core dump limits :\n{console}") == meaning


@pytest.mark.parametrize("console", NOTHING.values(), ids=NOTHING)
def test_of_an_unknown_death_nothing_is_told(console: str) -> None:
    assert lastwords.meaning(console) == ""


def test_every_known_death_is_in_this_table() -> None:
    assert {meaning for _, meaning in DEATHS.values()} == set(lastwords.KNOWN.values())
