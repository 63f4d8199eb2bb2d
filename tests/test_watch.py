"""apply/watch.py: who undoes what nobody confirmed."""

import subprocess
import sys
from pathlib import Path

import pytest

from lvsgen.apply import change as changes
from lvsgen.apply import journal as journals
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Phase
from lvsgen.host import lock
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope

WATCH = """
import sys
from pathlib import Path
from lvsgen.apply import watch
from lvsgen.host.paths import HostPaths
watch._PAUSE = 0.001
watch.watch(HostPaths("llc", Path(sys.argv[1]), Path(sys.argv[1])), 1)
"""


@pytest.fixture
def paths(tmp_path: Path) -> HostPaths:
    """Where a change of no files, made before this boot, awaits a confirmation for too long."""
    paths, nothing = HostPaths("llc", tmp_path, tmp_path), HostState()
    journal = journals.following(paths.journals)
    change = Change("another boot", "llc", "lb", "now", "s", Scope(), nothing, nothing, nothing)
    journal.append(Phase.BEGUN, **changes.to_data(change))
    journal.append(Phase.HOLDING, deadline=0)
    return paths


def test_who_holds_the_lock_for_long_does_not_save_a_change_that_nobody_confirmed(paths: HostPaths) -> None:
    paths.lock.symlink_to(lock.myself())
    with subprocess.Popen([sys.executable, "-c", WATCH, str(paths.run)]) as watcher:
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                watcher.wait(3)
            paths.lock.unlink()
            assert watcher.wait(20) == 0
        finally:
            watcher.kill()
    (journal,) = journals.all_of(paths.journals)
    assert journal.phase is Phase.UNDONE
