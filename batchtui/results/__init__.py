"""Bytes of a results file → lines → a private spool → an index that a screen can afford."""

from __future__ import annotations

from batchtui.indexing.indexer import LineProblem
from batchtui.indexing.lines import LineSplitter
from batchtui.indexing.loose import is_object
from batchtui.indexing.parse import UNREADABLE, LineFacts, parse_line
from batchtui.results.causes import is_retryable
from batchtui.results.detail import Block, ResultDetail, parse_detail
from batchtui.results.index import ResultsIndex
from batchtui.results.loader import LoadProgress, LoadState, read_results
from batchtui.results.prices import CostEstimate, ModelCost, ModelPrice, Prices, load_prices
from batchtui.results.reconcile import differing_counts, missing_rows, surplus_rows
from batchtui.results.row import ResultRow, preview_line
from batchtui.results.search import ResultsSearch, SearchStep, iter_matches, prepare_search
from batchtui.results.search_query import SearchQuery
from batchtui.results.spare_store import SpareStore
from batchtui.results.store import ResultsStore
from batchtui.results.triage import RunningTriage, Triage, TriageExample, TriageGroup, triage
from batchtui.results.usage import Bucket, Lengths, TokenSums, Usage, batch_numbers, histogram

__all__ = [
    "UNREADABLE",
    "Block",
    "Bucket",
    "CostEstimate",
    "Lengths",
    "LineFacts",
    "LineProblem",
    "LineSplitter",
    "LoadProgress",
    "LoadState",
    "ModelCost",
    "ModelPrice",
    "Prices",
    "ResultDetail",
    "ResultRow",
    "ResultsIndex",
    "ResultsSearch",
    "ResultsStore",
    "RunningTriage",
    "SearchQuery",
    "SearchStep",
    "SpareStore",
    "TokenSums",
    "Triage",
    "TriageExample",
    "TriageGroup",
    "Usage",
    "batch_numbers",
    "differing_counts",
    "histogram",
    "is_object",
    "is_retryable",
    "iter_matches",
    "load_prices",
    "missing_rows",
    "parse_detail",
    "parse_line",
    "prepare_search",
    "preview_line",
    "read_results",
    "surplus_rows",
    "triage",
]
