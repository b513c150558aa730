"""Clients of the simulator: plain HTTP, and Anthropic's own SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from anthropic import Anthropic

from batchtui.demo.simulator import Simulator

Connect = Callable[[Simulator], httpx.Client]
ConnectSdk = Callable[..., Anthropic]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return a function that makes a plain client with the key of production."""
    with ExitStack() as stack:

        def connect(simulator: Simulator) -> httpx.Client:
            headers = {"x-api-key": simulator.keys["production"], "anthropic-version": "2023-06-01"}
            client = httpx.Client(base_url=simulator.url, headers=headers, timeout=60)
            return stack.enter_context(client)

        yield connect


@pytest.fixture
def client(simulator: Simulator, connect: Connect) -> httpx.Client:
    """Return a plain client of the simulator with the empty stage."""
    return connect(simulator)


@pytest.fixture
def connect_sdk() -> Iterator[ConnectSdk]:
    """Return a function that makes an SDK client, by default with the key of production and without retries."""
    with ExitStack() as stack:

        def connect_sdk(simulator: Simulator, *, key: str | None = None, max_retries: int = 0) -> Anthropic:
            key = key or simulator.keys["production"]
            sdk = Anthropic(api_key=key, base_url=simulator.url, max_retries=max_retries)
            return stack.enter_context(sdk)

        yield connect_sdk
