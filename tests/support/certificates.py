"""A certificate for the loopback, made when it is needed."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file for those who trust it, and one that has its key too."""

    trusted: Path
    with_key: Path

    def for_server(self) -> ssl.SSLContext:
        """Return what a server needs to speak HTTPS as `localhost` or 127.0.0.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.with_key)
        return context


def make_certificate(folder: Path) -> Certificate | None:
    """Return one that is valid for two days, its files in `folder`; None where there is no openssl."""
    if not shutil.which("openssl"):
        return None
    made = Certificate(folder / "certificate.pem", folder / "with-key.pem")
    kind = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(made.with_key), "-out", str(made.trusted)]
    subprocess.run(["openssl", *kind.split(), *names, *files], check=True, capture_output=True)
    with made.with_key.open("a") as both:
        both.write(made.trusted.read_text())
    return made
