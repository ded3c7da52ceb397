import os
import subprocess
import sys

from halles_server.processes import lives


def test_a_process_lives_until_it_has_ended() -> None:
    assert lives(os.getpid())
    assert lives(1), "somebody else's, for all but root"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert lives(child.pid)
    assert not lives(child.pid)
