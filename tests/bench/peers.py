"""What else gets at the same results, timed on the same file and server in the same run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.corpus import NEEDLE, Corpus
from tests.bench.server import BATCH_ID, PACED
from tests.support.certificates import Certificate

Numbers = Iterator[tuple[str, float]]

NOT_INSTALLED = "not installed"
_GIVE_UP_SECONDS = 300
_SDK_PROGRAM = """
import json, pathlib, re, resource, sys, time
def peak():
    status = pathlib.Path("/proc/self/status")  # what getrusage says on Linux is inherited from the parent
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
import anthropic
before = peak()
client = anthropic.Anthropic(api_key="sk-ant-api03-bench", base_url=sys.argv[1])
started, first, rows = time.perf_counter(), None, 0
for row in client.messages.batches.results(sys.argv[2]):
    rows += 1
    first = first or time.perf_counter() - started
print(json.dumps({"first": first, "all": time.perf_counter() - started, "rows": rows, "memory": peak() - before}))
"""


def missing_programs() -> dict[str, str]:
    """Return a note for each row whose program is not there."""
    curl, grep = ("curl",), ("grep",)
    needed = {
        "curl": curl,
        "curl_paced": curl,
        "curl_jq": ("curl", "jq"),
        "grep": grep,
        "grep_i": grep,
        "link_rows": ("openssl",),
        "curl_link": ("curl", "openssl"),
    }
    return {key: NOT_INSTALLED for key, names in needed.items() if not all(map(shutil.which, names))}


def download(url: str, folder: Path) -> Numbers:
    """Time `curl -o` into the folder in which batchtui keeps its results too."""
    yield from _download("curl", url, folder)


def download_paced(url: str, folder: Path) -> Numbers:
    """Time the same at the pace of the server beside which the budgets were made."""
    yield from _download("curl_paced", url, folder, stage=PACED)


def download_over_link(url: str, folder: Path, certificate: Certificate) -> Numbers:
    """Time the same from a server behind a link."""
    yield from _download("curl_link", url, folder, "--cacert", str(certificate.trusted))


def _download(key: str, url: str, folder: Path, *options: str, stage: str = "/ended") -> Numbers:
    if shutil.which("curl"):
        target = folder / "downloaded.jsonl"
        yield key, _timed(["curl", "-s", *options, "-o", str(target), _results_url(url, stage)])
        target.unlink()


def download_and_parse(url: str) -> Numbers:
    """Time `curl | jq`."""
    if shutil.which("curl") and shutil.which("jq"):
        began = time.perf_counter()
        with subprocess.Popen(["curl", "-s", _results_url(url)], stdout=subprocess.PIPE) as curl:
            jq = ["jq", "-r", ".custom_id"]
            subprocess.run(jq, stdin=curl.stdout, stdout=subprocess.DEVNULL, check=True, timeout=_GIVE_UP_SECONDS)
        yield "curl_jq", time.perf_counter() - began


def search(corpus: Corpus) -> Numbers:
    """Time `grep -c`, as it is and without regard to case."""
    if shutil.which("grep"):
        for key, option in (("grep", "-c"), ("grep_i", "-ci")):
            yield key, _timed(["grep", option, NEEDLE, str(corpus.path)])


def read_with_sdk(url: str, rows: int) -> Numbers:
    """Time the official SDK's iterator."""
    arguments = [sys.executable, "-c", _SDK_PROGRAM, f"{url}/ended", BATCH_ID]
    told = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=_GIVE_UP_SECONDS)
    numbers = json.loads(told.stdout)
    assert numbers["rows"] == rows
    yield "sdk_first", numbers["first"]
    yield "sdk_all", numbers["all"]
    yield "sdk_memory", numbers["memory"]


def start_python() -> Numbers:
    """Time an interpreter that does nothing, and one that imports the SDK."""
    yield "python", _timed([sys.executable, "-c", ""])
    yield "import_sdk", _timed([sys.executable, "-c", "import anthropic"])


def _results_url(url: str, stage: str = "/ended") -> str:
    return f"{url}{stage}/v1/messages/batches/{BATCH_ID}/results"


def _timed(arguments: Sequence[str]) -> float:
    began = time.perf_counter()
    # a pipe, because grep ends at the first match when nobody can see its count
    subprocess.run(arguments, stdout=subprocess.PIPE, check=True, timeout=_GIVE_UP_SECONDS)
    return time.perf_counter() - began
