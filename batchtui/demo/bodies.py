"""Answers of models, rendered once: what stands in a result line from `content` to `stop_sequence`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from batchtui.demo import texts
from batchtui.demo.chance import make_id, seeded

POOL_SIZE = 96
_SIGNATURE = "EqQBCgIYAhIM" + "9wYtVd3JqkPz0aXn" * 8
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Body:
    """One answer: the JSON members `content`, `stop_reason` and `stop_sequence`, and what it cost."""

    content: bytes
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is JSON."""

    blocks: list[Block]
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None

    def render(self) -> Body:
        """Return the answer as JSON members."""
        members = {"content": self.blocks, "stop_reason": self.stop_reason, "stop_sequence": self.stop_sequence}
        content = json.dumps(members, ensure_ascii=False, separators=(",", ":"))[1:-1]
        return Body(content.encode(errors="surrogatepass"), max(len(content) // 4, 1))


def _text(text: str, **more: Any) -> Block:
    return {"type": "text", "text": text, **more}


def _support(rng: random.Random) -> Answer:
    return Answer([_text(texts.ticket_json(rng))])


def _catalog(rng: random.Random) -> Answer:
    return Answer([_text(texts.product_text(rng))])


def _contract(rng: random.Random) -> Answer:
    thinking = {"type": "thinking", "thinking": texts.thoughts(rng), "signature": _SIGNATURE}
    return Answer([thinking, _text(texts.contract_summary(rng))])


def _redacted(rng: random.Random) -> Answer:
    hidden = {"type": "redacted_thinking", "data": _SIGNATURE}
    return Answer([hidden, _text(texts.contract_summary(rng))])


def _translation(rng: random.Random) -> Answer:
    return Answer([_text(texts.translation(rng))])


def _code(rng: random.Random) -> Answer:
    return Answer([_text(texts.code_review(rng))])


def _short(rng: random.Random) -> Answer:
    return Answer([_text(texts.short_answer(rng))])


def _tool(rng: random.Random) -> Answer:
    call = {"type": "tool_use", "id": make_id("toolu", rng.random()), "name": "record_score"}
    return Answer(
        [_text("I will record the score."), {**call, "input": texts.score(rng)}],
        stop_reason="tool_use",
    )


def _search(rng: random.Random) -> Answer:
    call_id = make_id("srvtoolu", rng.random())
    query, title, url, quote = texts.search_hit(rng)
    hit = {
        "type": "web_search_result",
        "title": title,
        "url": url,
        "encrypted_content": "EuQB" * 12,
        "page_age": "May 2, 2026",
    }
    cited = {
        "type": "web_search_result_location",
        "cited_text": quote,
        "encrypted_index": "Eo8BCioIAhgBIiQ",
        "title": title,
        "url": url,
    }
    return Answer(
        [
            _text("I will look that up."),
            {"type": "server_tool_use", "id": call_id, "name": "web_search", "input": {"query": query}},
            {"type": "web_search_tool_result", "tool_use_id": call_id, "content": [hit]},
            _text(texts.paragraph(rng), citations=[cited]),
        ]
    )


def _quoted(rng: random.Random) -> Answer:
    quote = texts.sentence(rng)
    cited = {
        "type": "char_location",
        "cited_text": quote,
        "document_index": 0,
        "document_title": "Annual report 2025",
        "start_char_index": 120,
        "end_char_index": 120 + len(quote),
        "file_id": None,
    }
    return Answer([_text("The report says: "), _text(quote, citations=[cited])])


def _cut(rng: random.Random) -> Answer:
    return Answer([_text(texts.contract_summary(rng)[:1400])], stop_reason="max_tokens")


def _stopped(rng: random.Random) -> Answer:
    return Answer([_text(texts.short_answer(rng))], stop_reason="stop_sequence", stop_sequence="\n\nHuman:")


def _refused(_: random.Random) -> Answer:
    return Answer([_text("I can't help with that.")], stop_reason="refusal")


def _nothing(_: random.Random) -> Answer:
    return Answer([])


def _paused(rng: random.Random) -> Answer:
    return Answer([_text(texts.sentence(rng))], stop_reason="pause_turn")


def _overfull(rng: random.Random) -> Answer:
    return Answer([_text(texts.paragraph(rng))], stop_reason="model_context_window_exceeded")


def _hostile(rng: random.Random) -> Answer:
    blocks = [_text(rng.choice(texts.HOSTILE)), _text(rng.choice(texts.HOSTILE))]
    strange = {"type": "hologram\x1b[31m", "payload": {"[@click=app.quit]": rng.choice(texts.HOSTILE)}}
    return Answer([*blocks, strange], stop_reason=rng.choice(("end_turn", "[/red]", "dis\u202emaeht")))


Maker = Callable[[random.Random], Answer]
_ODD: tuple[Maker, ...] = (_cut, _refused, _stopped)
THEMES: dict[str, tuple[Maker, ...]] = {
    "support": (_support,) * 14 + (_short, _refused),
    "catalog": (_catalog,) * 13 + _ODD,
    "contracts": (_contract,) * 10 + (_redacted, _quoted, _quoted, _cut, _cut, _overfull),
    "translation": (_translation,) * 14 + (_cut, _refused),
    "code": (_code,) * 13 + _ODD,
    "evals": (_short,) * 8 + (_tool,) * 6 + (_stopped, _refused),
    "research": (_search,) * 9 + (_quoted,) * 4 + (_paused, _cut, _nothing),
    "mixed": (
        *(_support, _catalog, _contract, _redacted, _translation, _code, _short, _tool, _search, _quoted),
        *(_cut, _stopped, _refused, _nothing, _paused, _overfull),
    ),
    "hostile": (_hostile,),
}
"""What the requests of a batch are about: each kind of answer as often as it stands here; `mixed` has most."""


@cache
def pool(theme: str) -> tuple[Body, ...]:
    """Return the answers that the lines of a theme draw from; always the same ones."""
    makers = THEMES[theme]
    return tuple(makers[number % len(makers)](seeded(theme, number)).render() for number in range(POOL_SIZE))
