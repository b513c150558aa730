"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("batchtui", "textual", "httpx", "msgspec", "anthropic")
_PROGRAMS = ("curl", "jq", "grep")


def describe_machine() -> str:
    """Return processor, memory, system and versions in two lines."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    hardware = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()} {platform.release()}"
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    programs = ", ".join(filter(None, map(_program_version, _PROGRAMS)))
    return f"{hardware}\nPython {platform.python_version()}, {libraries}; {programs}"


def describe_load() -> str:
    """Return how busy the machine was over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _program_version(name: str) -> str:
    if not shutil.which(name):
        return ""
    told = subprocess.run([name, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", told)
    return f"{name} {found[0] if found else '?'}"
