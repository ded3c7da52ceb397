"""The bus within one process: beside what every bus does (``test_bus.py``), it is never in trouble."""

from halles_server.cluster.local import LocalBus
from tests.support.announcements import BOOTH


def test_alone_it_hears_itself_and_tells_nobody() -> None:
    bus, heard = LocalBus(), []
    bus.listen(heard.append)
    bus.announce(BOOTH)
    bus.tell_others(BOOTH)
    assert heard == [BOOTH]
    assert bus.trouble() == ""
