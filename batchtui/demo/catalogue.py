"""The models, and how many tokens a request has: https://docs.anthropic.com/en/api/models-list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from batchtui.demo.failures import invalid, missing
from batchtui.demo.paging import PageQuery, to_page

_ON, _OFF = {"supported": True}, {"supported": False}
_CAPABILITIES = {
    **dict.fromkeys(("batch", "citations", "code_execution", "image_input", "pdf_input", "structured_outputs"), _ON),
    "context_management": {"supported": True, "clear_tool_uses_20250919": _ON, "clear_thinking_20251015": _ON},
    "effort": {"supported": True, "low": _ON, "medium": _ON, "high": _ON, "max": _OFF, "xhigh": None},
    "server_tools": {"supported": True, "web_search": _ON, "code_execution": _ON},
    "thinking": {
        "supported": True,
        "types": {"adaptive": _ON, "between_tools": _OFF, "disabled": _ON, "enabled": _ON},
    },
}


def _model(model_id: str, name: str, created: str, max_tokens: int, *, max_input: int = 200_000) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model_id,
        "display_name": name,
        "created_at": f"{created}T00:00:00Z",
        "deprecated_at": None,
        "retires_at": None,
        "lifecycle": "active",
        "line": model_id.split("-")[1],
        "max_input_tokens": max_input,
        "max_tokens": max_tokens,
        "capabilities": _CAPABILITIES,
    }


MODELS: tuple[dict[str, Any], ...] = (
    _model("claude-opus-4-7", "Claude Opus 4.7", "2026-04-16", 128_000, max_input=1_000_000),
    _model("claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17", 64_000, max_input=1_000_000),
    _model("claude-opus-4-6", "Claude Opus 4.6", "2026-02-05", 128_000, max_input=1_000_000),
    _model("claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-24", 64_000),
    _model("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-15", 64_000),
    _model("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29", 64_000),
)
"""Newest first."""
ALIASES = {"claude-opus-4-5", "claude-haiku-4-5", "claude-sonnet-4-5"}


def find_model(model_id: str) -> Mapping[str, Any] | None:
    """Return a model by its id or its alias without a date."""
    for model in MODELS:
        if model["id"] == model_id or (model_id in ALIASES and model["id"].startswith(model_id)):
            return model
    return None


def list_models(query: PageQuery) -> dict[str, Any]:
    """Return a page of models."""
    ids = [model["id"] for model in MODELS]
    for cursor in (query.after_id, query.before_id):
        if cursor is not None and cursor not in ids:
            raise missing(f"model: {cursor}")
    if query.before_id is not None:
        end = ids.index(query.before_id)
        start = max(end - query.limit, 0)
        return to_page(MODELS[start:end], has_more=start > 0)
    start = 0 if query.after_id is None else ids.index(query.after_id) + 1
    end = start + query.limit
    return to_page(MODELS[start:end], has_more=end < len(MODELS))


def get_model(model_id: str) -> Mapping[str, Any]:
    """Return one model or raise a 404."""
    if (model := find_model(model_id)) is None:
        raise missing(f"model: {model_id}")
    return model


def count_tokens(params: object) -> dict[str, int]:
    """Return about how many input tokens the params of a request are: a token for four characters of JSON."""
    if not isinstance(params, dict):
        raise invalid("Input should be a valid dictionary")
    for name in ("model", "messages"):
        if name not in params:
            raise invalid(f"{name}: Field required")
    get_model(str(params["model"]))
    counted = {name: params[name] for name in ("messages", "system", "tools") if name in params}
    return {"input_tokens": max(len(json.dumps(counted, ensure_ascii=False)) // 4, 1)}
