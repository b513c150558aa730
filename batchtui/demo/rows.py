"""The requests of a batch and their result lines, made when they are asked for and always the same."""

from __future__ import annotations

import bisect
import hashlib
import json
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from batchtui.demo.bodies import Body, pool
from batchtui.demo.chance import ID_CHARACTERS, seeded
from batchtui.demo.outcomes import (
    CANCELED,
    CAUSES,
    EXPIRED,
    FIRST_CAUSE,
    REFUSED,
    SUCCEEDED,
    Counts,
    Mix,
    count_codes,
)

CHUNK_SIZE = 256 * 1024
MARK_EVERY = 1024
_GOLDEN = 0.6180339887
_SUCCEEDED = (
    b'{"custom_id":%b,"result":{"type":"succeeded","message":{"id":"msg_01%b","type":"message","role":"assistant",'
    b'"model":%b,%b,"usage":{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,'
    b'"cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},"output_tokens":%d,'
    b'"service_tier":"batch"}}}}\n'
)
_ERRORED = b'{"custom_id":%b,"result":{"type":"errored","error":{"type":"error","error":%b%b}}}\n'
_REQUEST_ID = b',"request_id":"req_01%b"'
_BARE = {CANCELED: b"canceled", EXPIRED: b"expired"}
_CAUSES = (None,) * FIRST_CAUSE + tuple(CAUSES.values())


class Requests(Protocol):
    """The requests of a batch; `custom_id` and `model` are JSON strings, quotes included."""

    def __len__(self) -> int: ...
    def custom_id(self, index: int) -> bytes:
        """Return the request's `custom_id`."""

    def model(self, index: int) -> bytes:
        """Return the request's model."""

    def refusal(self, index: int) -> bytes:
        """Return the error object, as JSON, of a request that cannot be processed as it is."""


@dataclass(frozen=True, slots=True)
class InventedRequests:
    """Requests of the scene: `pattern` holds one `%d` for the number of the request."""

    size: int
    pattern: bytes
    models: tuple[bytes, ...]

    def __len__(self) -> int:
        return self.size

    def custom_id(self, index: int) -> bytes:
        """Return the pattern with the number, counted from 1."""
        return self.pattern % (index + 1)

    def model(self, index: int) -> bytes:
        """Return one of the models in turn."""
        return self.models[index % len(self.models)]

    def refusal(self, index: int) -> bytes:
        """Return a general refusal."""
        return b'{"type":"invalid_request_error","message":"requests.%d: invalid"}' % index


@dataclass(frozen=True, slots=True)
class PostedRequests:
    """Requests that a client has sent; `refusals` holds what is wrong with some of them, by number."""

    custom_ids: tuple[str, ...]
    models: tuple[str, ...]
    refusals: dict[int, dict[str, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.custom_ids)

    def custom_id(self, index: int) -> bytes:
        """Return the client's own word."""
        return json.dumps(self.custom_ids[index]).encode()

    def model(self, index: int) -> bytes:
        """Return the model that the client named."""
        return json.dumps(self.models[index]).encode()

    def refusal(self, index: int) -> bytes:
        """Return what the validation found."""
        return json.dumps(self.refusals[index]).encode()


def _stride(size: int) -> int:
    """Return a step that visits every one of `size` places once before it repeats."""
    step = max(int(size * _GOLDEN), 1)
    while math.gcd(step, size) != 1:
        step += 1
    return step


class Rows:
    """The result lines of a batch: each depends on `key`, its place and the outcomes, and on nothing before it.

    Requests are processed in another order than they were sent, and results come in a third, so that a client
    cannot rely on any. `codes` holds one outcome a request in the order of processing; `cut` ends it early.
    """

    def __init__(self, requests: Requests, mix: Mix, *, key: str, theme: str) -> None:
        self.requests = requests
        self.theme = theme
        self._mix = mix
        self._key = key
        self._step = _stride(len(requests))
        self._finished = len(requests)
        self._rest = CANCELED

    def __len__(self) -> int:
        return len(self.requests)

    @cached_property
    def codes(self) -> bytes:
        """The outcomes in the order of processing."""
        codes = self._mix.codes()
        seeded(self._key, "order").shuffle(codes)
        self._mark_refusals(codes)
        codes[self._finished :] = bytes([self._rest]) * (len(codes) - self._finished)
        return bytes(codes)

    @cached_property
    def counts(self) -> Counts:
        """The five numbers once all is over; they agree with the lines."""
        is_as_planned = self._finished == len(self) and not isinstance(self.requests, PostedRequests)
        return count_codes(self._mix.codes() if is_as_planned else self.codes)

    def cut(self, finished: int, rest: int) -> Rows:
        """Return the rows of a batch of which only the first `finished` were processed; the others are `rest`."""
        if finished >= len(self):
            return self
        rows = Rows(self.requests, self._mix, key=self._key, theme=self.theme)
        rows._finished, rows._rest = finished, rest
        return rows

    def iter_lines(self, start: int = 0) -> Iterator[bytes]:
        """Yield the lines from the one numbered `start`, in the order of the results."""
        size = len(self)
        if not size:
            return
        bodies, key = pool(self.theme), self._key.encode()
        for place in range(start, size):
            yield self._line(place * self._step % size, bodies, key)

    def iter_chunks(self, start: int = 0) -> Iterator[bytes]:
        """Yield the lines in pieces of whole lines of about `CHUNK_SIZE` bytes."""
        lines: list[bytes] = []
        held = 0
        for line in self.iter_lines(start):
            lines.append(line)
            held += len(line)
            if held >= CHUNK_SIZE:
                yield b"".join(lines)
                lines.clear()
                held = 0
        yield b"".join(lines)

    @cached_property
    def offsets(self) -> Sequence[int]:
        """Where every `MARK_EVERY`th line begins, in bytes, and last the size of all lines."""
        offsets, offset = array("Q"), 0
        for place, line in enumerate(self.iter_lines()):
            if place % MARK_EVERY == 0:
                offsets.append(offset)
            offset += len(line)
        offsets.append(offset)
        return offsets

    def iter_chunks_from(self, offset: int) -> Iterator[bytes]:
        """Yield the bytes from `offset` on, which lies before the end."""
        mark = bisect.bisect_right(self.offsets, offset) - 1
        skip = offset - self.offsets[mark]
        for chunk in self.iter_chunks(mark * MARK_EVERY):
            yield chunk[skip:]
            skip = max(skip - len(chunk), 0)

    def _request_at(self, processed: int) -> int:
        return (processed * self._step + len(self) // 3) % len(self)

    def _mark_refusals(self, codes: bytearray) -> None:
        if isinstance(self.requests, PostedRequests) and self.requests.refusals:
            for place in range(len(codes)):
                if self._request_at(place) in self.requests.refusals:
                    codes[place] = REFUSED

    def _line(self, place: int, bodies: tuple[Body, ...], key: bytes) -> bytes:
        code = self.codes[place]
        request = self._request_at(place)
        custom_id = self.requests.custom_id(request)
        if code in _BARE:
            return b'{"custom_id":%b,"result":{"type":"%b"}}\n' % (custom_id, _BARE[code])
        digest = hashlib.blake2b(b"%b/%d" % (key, place), digest_size=32).digest()
        number = int.from_bytes(digest[24:], "big")
        name = digest[:22].translate(ID_CHARACTERS)
        if code == SUCCEEDED:
            body = bodies[number % len(bodies)]
            return _SUCCEEDED % (custom_id, name, self.requests.model(request), body.content, *_usage(number, body))
        cause = _CAUSES[code]
        error = self.requests.refusal(request) if cause is None else cause.render(number)
        return _ERRORED % (custom_id, error, b"" if number % 5 == 0 else _REQUEST_ID % name)


def _usage(number: int, body: Body) -> tuple[int, int, int, int, int]:
    """Return input, cache write, cache read, cache write within five minutes, and output tokens."""
    asked = 180 + number % 4000
    cached = 2048 if number % 10 < 6 else 0  # noqa: PLR2004  # batches hit the cache in some 60 % of requests
    written = 2048 if number % 10 == 6 else 0  # noqa: PLR2004  # and write it now and then
    return asked, written, cached, written, body.output_tokens
