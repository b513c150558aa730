"""Bytes of a results file → lines → a private spool → an index that a screen can afford."""

from __future__ import annotations

from batchtui.results.causes import is_retryable
from batchtui.results.detail import Block, ResultDetail, parse_detail
from batchtui.results.index import ResultsIndex
from batchtui.results.loader import LoadProgress, LoadState, read_results
from batchtui.results.parse import UNREADABLE, LineFacts, parse_line
from batchtui.results.reconcile import differing_counts, missing_rows
from batchtui.results.row import ResultRow
from batchtui.results.search import ResultsSearch, SearchStep, iter_matches
from batchtui.results.search_query import SearchQuery
from batchtui.results.store import LineProblem, ResultsStore

__all__ = [
    "UNREADABLE",
    "Block",
    "LineFacts",
    "LineProblem",
    "LoadProgress",
    "LoadState",
    "ResultDetail",
    "ResultRow",
    "ResultsIndex",
    "ResultsSearch",
    "ResultsStore",
    "SearchQuery",
    "SearchStep",
    "differing_counts",
    "is_retryable",
    "iter_matches",
    "missing_rows",
    "parse_detail",
    "parse_line",
    "read_results",
]
