"""Bring Chromium and a Chinese font for the browser tests, where this machine may install them.

Debian's own packages are used, so nothing is downloaded from elsewhere. Where they cannot be
installed the browser tests skip and say why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")


def main() -> None:
    """Install the packages unless Chromium is there; never fail."""
    if shutil.which("chromium"):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        say("Chromium is missing and cannot be installed here; the browser tests will be skipped.")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"Installing {' and '.join(PACKAGES)} for the browser tests.")
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *PACKAGES],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            say(f"{' '.join(command)} failed; the browser tests will be skipped.\n{done.stderr}")
            return


def say(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    main()
