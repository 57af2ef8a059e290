"""Make the virtual environment in ``.venv`` from a lock; nothing to do when it is there already.

    python3 bin/install.py requirements.lock [requirements-dev.lock ...]

The first lock is the one wanted.  An environment made from one of the others, which contain it,
will do as well and is then kept up to date with that one.  Needs Python 3.11 or newer and nothing
else, and is written so that an older one can still read it and say so.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
INSTALLER_LOCK = ROOT / "requirements-uv.lock"


def give_up(sentence: str) -> None:
    """End with one sentence."""
    sys.exit("Seminar: " + sentence)


def stamp_of(lock: str) -> str:
    """What an environment made from ``lock`` with this Python is stamped with."""
    parts = [(ROOT / lock).read_bytes(), str(VENV).encode(), sys.version.encode()]
    return f"{lock} {hashlib.sha256(bytes(1).join(parts)).hexdigest()}"


def has_this_version(python: Path) -> bool:
    """Whether ``python`` starts and is the version that runs this."""
    try:
        version = subprocess.check_output([str(python), "-c", "import sys; print(sys.version)"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return version.decode().strip() == sys.version.strip()


def make_environment() -> None:
    """Make a new environment with nothing in it but pip."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        give_up(f"this Python lacks its module venv: install the package {package}.")
    shutil.rmtree(str(VENV), ignore_errors=True)
    # The interpreter behind an activated environment, not that environment's link to it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    if subprocess.call([base, "-m", "venv", str(VENV)]):
        give_up("the virtual environment could not be made; the reason stands above.")


def fill_environment(lock: str) -> None:
    """Install exactly what ``lock`` lists: with uv, which takes seconds, else with pip."""
    checks = ["--require-hashes", "--only-binary", ":all:"]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    pip += ["--no-deps", *checks, "-r"]
    # The machine's certificates, as pip uses them: some networks have their own.
    uv = [str(VENV / "bin" / "uv"), "--system-certs", "pip", "sync", "--quiet", *checks]
    uv += ["--python", str(PYTHON), str(ROOT / lock)]
    if subprocess.call([*pip, str(INSTALLER_LOCK)], stderr=subprocess.DEVNULL) == 0:
        if subprocess.call(uv) == 0:
            return
        print("Seminar: trying once more with pip, which is slower ...", flush=True)
    if subprocess.call([*pip, str(ROOT / lock)]):
        give_up(f"the packages of {lock} could not be installed; the reason stands above.")


def main(wanted: str, *wider: str) -> None:
    """Install ``wanted``, unless it or one of the ``wider`` locks is installed already."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, sys.version_info[:2]))
        give_up(
            f"Python 3.11 or newer is needed, and {sys.executable} is {version}: "
            "name another one, as in make run PYTHON=python3.11."
        )
    stamp = STAMP.read_text() if STAMP.exists() else ""
    if stamp in [stamp_of(lock) for lock in (wanted, *wider)]:
        return
    lock = next((lock for lock in wider if stamp.startswith(lock + " ")), wanted)
    print(f"Seminar: installing {lock} into .venv ...", flush=True)
    if not stamp or not has_this_version(PYTHON):  # never finished, or for another Python
        make_environment()
    STAMP.write_text("")
    fill_environment(lock)
    STAMP.write_text(stamp_of(lock))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell says of a program that Ctrl-C ended
