"""The peers' own virtual environment, below the project's, made from their own lock the first time it is needed."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "peers" / "requirements.lock"
FOLDER = HERE.parent / ".venv" / "benchmarks"

NAMED = (
    "django",
    "djangorestframework",
    "fastapi",
    "flask",
    "flask-session",
    "gunicorn",
    "psycopg",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
)


def peers_python() -> Path:
    """Its interpreter; installs again when the lock has changed."""
    python = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = FOLDER / "lock.sha256"
    wanted = sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing the peers from their lock …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)], check=True)
        stamp.write_text(wanted)
    return python


def ask(python: Path, expression: str) -> str:
    """What `expression` is in that interpreter, which has `metadata` and `sysconfig` at hand."""
    code = f"import json, sysconfig; from importlib import metadata; print(json.dumps({expression}))"
    return json.loads(subprocess.run([str(python), "-c", code], check=True, text=True, stdout=subprocess.PIPE).stdout)


def packages(python: Path) -> Path:
    return Path(ask(python, "sysconfig.get_path('platlib')"))


def versions(python: Path) -> dict[str, str]:
    return {name: ask(python, f"metadata.version({name!r})") for name in NAMED}
