from __future__ import annotations

from pathlib import Path

import pytest

from batchtui import workspace
from batchtui.errors import ConfigurationError
from batchtui.results.prices import ModelPrice, load_prices
from batchtui.results.usage import Lengths, TokenSums, Usage


def usage_of(**models: TokenSums) -> Usage:
    named = {name.replace("_", "-"): tokens for name, tokens in models.items()}
    return Usage(0, TokenSums(), named, {}, Lengths())


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("claude-opus-4-7", (2.5, 12.5)),
        ("claude-opus-4-5-20251101", (2.5, 12.5)),
        ("claude-opus-4-1-20250805", (7.5, 37.5)),
        ("claude-opus-4-20250514", (7.5, 37.5)),
        ("claude-opus-4@20250514", (7.5, 37.5)),
        ("claude-3-opus-latest", (7.5, 37.5)),
        ("claude-sonnet-4-6", (1.5, 7.5)),
        ("claude-3-7-sonnet-20250219", (1.5, 7.5)),
        ("claude-haiku-4-5-20251001", (0.5, 2.5)),
        ("claude-3-5-haiku-20241022", (0.4, 2)),
        ("claude-3-haiku-20240307", (0.125, 0.625)),
    ],
)
def test_a_model_has_the_price_of_its_family(model: str, price: tuple[float, float]) -> None:
    assert load_prices().find(model) == ModelPrice(*price)


@pytest.mark.parametrize("model", ["claude-opus-4-8", "claude-opus-4.8", "claude-opus-5", "claude-opus-40", "gpt", ""])
def test_another_version_of_a_known_model_is_not_known(model: str) -> None:
    assert load_prices().find(model) is None


def test_cache_reads_and_both_kinds_of_cache_writes_have_prices_of_their_own() -> None:
    million = 1_000_000
    sums = TokenSums(1, million, million, million, 3 * million, million)
    estimate = load_prices().estimate(usage_of(claude_haiku_4_5=sums))
    assert estimate.batch == pytest.approx(0.5 + 2.5 + 0.05 + 2 * 0.625 + 1.0)
    assert estimate.direct == pytest.approx(2 * estimate.batch)
    assert estimate.saved == pytest.approx(estimate.batch)


def test_a_model_without_a_price_is_named_and_not_guessed() -> None:
    sums = TokenSums(1, 1_000_000)
    estimate = load_prices().estimate(usage_of(claude_haiku_4_5=sums, claude_nova_9=sums))
    assert estimate.batch == pytest.approx(0.5)
    assert estimate.unknown_models == ("claude-nova-9",)
    assert (estimate.models[1].tokens, estimate.models[1].batch) == (sums, None)


def test_a_persons_own_file_adds_to_ours_and_replaces_what_it_names(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    assert load_prices(own) == load_prices()
    own.write_text(
        'direct = 3\n[models]\n"claude-opus-4-7" = { input = 1, output = 2 }\nnova = { input = 0, output = 9 }\n'
    )
    prices = load_prices(own)
    assert prices.find("claude-opus-4-7") == ModelPrice(1, 2)
    assert prices.find("nova-2026") == ModelPrice(0, 9)
    assert prices.find("claude-sonnet-4-6") == ModelPrice(1.5, 7.5)
    assert (prices.direct, prices.cache_read) == (3, 0.1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[models\n", "line 1, column"),
        ("direct = 2.0\nx = [", "line 2, column 6"),
        ("[models]\nx = 1\n", "`models.x` must have an input and an output price"),
        ("[models]\nx = { input = 1 }\n", "`models.x` must have"),
        ("[models]\nx = { input = -1, output = 1 }\n", "`models.x.input` must be a number"),
        ("[models]\nx = { input = nan, output = 1 }\n", "`models.x.input` must be a number"),
        ("models = 5\n", "`models` must be a table"),
        ("direct = true\n", "`direct` must be a number"),
        ("discount = 5\n", "`discount` is none of"),
        ("x = [" + "[" * 5000, "it cannot be understood"),
    ],
)
def test_what_is_wrong_with_a_persons_own_file_is_said(tmp_path: Path, text: str, words: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_prices(own)
    assert words in str(caught.value)
    assert str(own) in str(caught.value)


def test_a_file_that_is_no_text_or_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_bytes(b"\xff\xfe")
    for path in (own, tmp_path):
        with pytest.raises(ConfigurationError, match="configuration cannot be read"):
            load_prices(path)


def test_the_dashboard_and_the_commands_find_a_persons_own_file_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHTUI_CONFIG", str(tmp_path / "config.toml"))
    assert workspace.load_prices() == load_prices()
    workspace.own_prices_path().write_text("[models]\nnova = { input = 1, output = 2 }\n")
    assert workspace.load_prices().find("nova") == ModelPrice(1, 2)
