"""`batchtui serve`: real sockets, the real program behind them; only the browser is missing."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from batchtui.cli import serve_command
from batchtui.cli.options import Choices
from batchtui.demo.simulator import Simulator
from tests.support.command_line import CommandLine

SECONDS = 30


@dataclass(frozen=True)
class Served:
    url: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        return f"http://{urlsplit(self.url).netloc}"

    @property
    def socket(self) -> str:
        return self.url.replace("http:", "ws:") + "ws?width=120&height=30"


@pytest.fixture
def served(scene: Simulator, tmp_path: Path) -> Iterator[Served]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C",
        "TERM": "linux",
        "ANTHROPIC_API_KEY": scene.keys["production"],
        "ANTHROPIC_BASE_URL": scene.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "batchtui", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    yield Served(process.stdout.readline().strip(), process)
    process.terminate()
    process.wait(SECONDS)
    process.stdout.close()


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def read_until(page: aiohttp.ClientWebSocketResponse, words: bytes) -> bytes:
    seen = b""
    async with asyncio.timeout(SECONDS):
        while words not in seen:
            message = await page.receive()
            assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, seen[-500:]
            seen += message.data if isinstance(message.data, bytes) else message.data.encode()
    return seen


async def test_a_page_shows_the_dashboard_for_reading_and_in_unicode(served: Served, scene: Simulator) -> None:
    async with aiohttp.ClientSession() as browser, browser.ws_connect(served.socket) as page:
        shown = await read_until(page, b"READ-ONLY")
        shown += await read_until(page, "● running".encode())
        assert scene.keys["production"].encode() not in shown
        await page.send_json(["stdin", "c"])
        await read_until(page, b"reading only")
    assert all(request.method == "GET" for request in scene.requests)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_server_that_is_killed_takes_its_pages_with_it(served: Served) -> None:
    async with aiohttp.ClientSession() as browser, browser.ws_connect(served.socket) as page:
        await read_until(page, b"READ-ONLY")
        (child,) = children_of(served.process.pid)
        served.process.kill()
        async with asyncio.timeout(SECONDS):
            while is_running(child):  # noqa: ASYNC110  # another process's end sets no event
                await asyncio.sleep(0.05)


async def test_who_does_not_know_the_address_sees_nothing(served: Served) -> None:
    async with aiohttp.ClientSession() as browser:
        for path in ("/", "/ws", "/static/", "/wrong-token/", "/wrong-token/ws", "/download/x"):
            async with browser.get(served.origin + path) as answer:
                assert answer.status == 404, path
        async with browser.get(served.url) as answer:
            assert answer.status == 200
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_another_page_gets_nothing_even_with_the_address(
    served: Served, headers: dict[str, str], status: int
) -> None:
    async with aiohttp.ClientSession(headers=headers) as browser:
        async with browser.get(served.url) as answer:
            assert answer.status == status
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect(served.socket)
        assert refused.value.status == status


async def test_only_this_computer_is_listened_to(served: Served) -> None:
    port = urlsplit(served.url).port or 0
    with socket.socket(socket.AF_INET) as outside:
        outside.settimeout(1)
        assert outside.connect_ex(("127.0.0.2", port)) != 0


def test_a_port_that_is_taken_is_wrong_usage(batchtui: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = batchtui("serve", "--port", str(taken.getsockname()[1]))
    assert outcome.code == 2
    assert "cannot be used" in outcome.err
    assert "--port 0" in outcome.err


def test_without_the_extra_a_sentence_says_how_to_get_it(
    batchtui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    outcome = batchtui("serve")
    assert outcome.code == 2
    assert "pip install 'batchtui[serve]'" in outcome.err


def test_only_a_word_on_the_command_line_lets_the_browser_change_anything() -> None:
    words = serve_command.dashboard_command
    assert "--read-only" in words(Choices(), is_writable=False)
    assert "--read-only" not in words(Choices(), is_writable=True)
    assert "--read-only" in words(Choices(is_read_only=True), is_writable=True)
    assert words(Choices(workspace="it's"), is_writable=True)[-2:] == ["--workspace", "it's"]


LEAVING_A_SCREEN_THAT_IS_YET_TO_COME = """
import os, time
from batchtui.cli.serve_command import leave_with_page

tries = []

def leave():
    tries.append(None)
    if len(tries) < 3:
        raise RuntimeError("the App is not running")
    os._exit(7)

leave_with_page(leave)
time.sleep(300)
"""


def test_a_page_that_goes_before_its_screen_has_come_ends_the_dashboard_too() -> None:
    program = [sys.executable, "-c", LEAVING_A_SCREEN_THAT_IS_YET_TO_COME]
    assert subprocess.run(program, input=b"", timeout=SECONDS, check=False).returncode == 7
