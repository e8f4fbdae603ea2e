"""What has ended by itself is cleared away while people come and go."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.harness.server import Server, lockstep
from tests.harness.shop import Shop

IDLE = 3  # seconds


def test_what_has_expired_is_cleared_away_while_the_service_runs_and_once(tmp_path: Path) -> None:
    settings = {"session_idle_seconds": str(IDLE)}
    with Server(tmp_path, **settings) as server, Shop(server) as shop, ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            shop.shopper()
        time.sleep(IDLE + 0.5)
        ada = shop.shopper()

        clearing = ("sessions", "clear-expired")
        commands = [threads.submit(lockstep, *clearing, data_dir=tmp_path, **settings) for _ in range(2)]
        while not all(command.done() for command in commands):
            assert ada.session()["authenticated"] is True
            time.sleep(0.1)
        done = [command.result() for command in commands]
        again = lockstep(*clearing, data_dir=tmp_path, **settings)

        assert [one.returncode for one in done] == [0, 0] and ada.session()["authenticated"] is True
        assert sum(int(one.stdout.split()[0]) for one in done) >= 3 and again.stdout == "0 cleared\n"
