"""A server whose list holds batches that are none as the API documents them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.api_clients import batch_json
from tests.support.scripted_server import Answer, Request, ScriptedServer

GONE = object()
"""In place of a field's value: the field is missing."""


def serve_odd(ids: Sequence[str], odd: Mapping[str, Mapping[str, Any]]) -> ScriptedServer:
    """Serve batches in pages as the API does, newest first; `odd` says which fields of which one are another way."""
    batches = [_changed(batch_json(each), odd.get(each, {})) for each in ids]

    def play(request: Request) -> Answer:
        limit, query = int(request.query["limit"]), request.query
        begin = ids.index(query["after_id"]) + 1 if "after_id" in query else 0
        page = batches[begin : begin + limit]
        return Answer(200, {"data": page, "has_more": begin + limit < len(ids)})

    return ScriptedServer(script=play)


def _changed(batch: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**batch, **fields}.items() if value is not GONE}
