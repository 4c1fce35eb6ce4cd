"""Asks whether anything that is locked has a known vulnerability: ``audit.py PATH-OF-UV``.

The answer comes from a public service on the internet. Where that cannot be reached, nothing is
known, which is said and is no success: the exit code is 2. Found vulnerabilities are exit code 1.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = "pip-audit==2.10.1"
FOUND, UNKNOWN = 1, 2
_ASK: Final = ("--disable-pip", "--require-hashes", "--strict", "--progress-spinner", "off")
_UNREACHED: Final = (
    "ConnectionError",
    "ConnectTimeout",
    "Max retries",
    "ServiceError",
    "HTTPError",
)


def verdict(code: int, said: str) -> tuple[int, str]:
    """What the tool's end means."""
    if code == 0:
        return 0, "tidak ada kerentanan yang diketahui pada paket yang dikunci"
    if "found" in said.lower() and "known vulnerabilit" in said.lower():
        return FOUND, "ada kerentanan yang diketahui, lihat di atas"
    if any(mark in said for mark in _UNREACHED):
        return UNKNOWN, "layanan kerentanan tidak terjangkau: tidak ada yang diperiksa"
    return UNKNOWN, "pemeriksaan tidak selesai: tidak ada yang diketahui"


def main(arguments: list[str]) -> int:
    """Run the tool in an environment of its own."""
    [uv] = arguments
    command = [uv, "tool", "run", "--from", TOOL, "pip-audit", *_ASK, "-r", "requirements.lock"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    said = done.stdout + done.stderr
    code, sentence = verdict(done.returncode, said)
    if code == FOUND:
        print(done.stdout)
    elif code == UNKNOWN:
        print("\n".join(said.strip().splitlines()[-3:]))
    print(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
