"""`./run` installs what a lock names, whatever has been published since."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

RUN = Path(__file__).parents[2] / "run"
INSTALL = """
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

run = module_from_spec(spec_from_loader("run", SourceFileLoader("run", sys.argv[1])))
run.__loader__.exec_module(run)
run.VENV = Path("venv").absolute()
run.make_venv(run.VENV)
run.install("lock")
"""


def wheel(folder: Path, name: str, version: str, requires: Sequence[str] = ()) -> str:
    """A package of nothing, as a line of a lock."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    parts = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{part},,\n" for part in [*parts, f"{info}/RECORD"])
    with zipfile.ZipFile(file, "w") as archive:
        for part, text in {**parts, f"{info}/RECORD": record}.items():
            archive.writestr(part, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def test_a_newer_release_of_what_is_locked_is_no_reason_to_give_up(tmp_path: Path):
    """By the pip of the Python that the environment was made from: on a fresh machine there is no other."""
    older, user = wheel(tmp_path, "thing", "1.0"), wheel(tmp_path, "user", "1.0", ["thing[more]>=1"])
    wheel(tmp_path, "thing", "2.0")
    (tmp_path / "lock").write_text(older + user)
    python = f"{sys.base_prefix}/bin/python3.{sys.version_info.minor}"
    alone = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}

    command = [python, "-c", INSTALL, str(RUN)]
    done = subprocess.run(
        command, cwd=tmp_path, env={**inherited, **alone}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.glob("venv/lib/python3*/site-packages/thing-1.0.dist-info"))
