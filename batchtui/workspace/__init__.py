"""The one door: what a screen or a command may ask for, and the types that pass through it."""

from __future__ import annotations

from batchtui.api import RetryWait, check_base_url
from batchtui.credentials import check_key
from batchtui.monitor import PAGE_SIZE, Snapshot, refresh_pause
from batchtui.results import (
    UNREADABLE,
    Block,
    LoadProgress,
    LoadState,
    ResultDetail,
    ResultRow,
    ResultsIndex,
    ResultsSearch,
    ResultsStore,
    SearchQuery,
    SearchStep,
    differing_counts,
    is_retryable,
    iter_matches,
    missing_rows,
)
from batchtui.settings import DEFAULT_BASE_URL, ENV_WORKSPACE, KeySource, WorkspaceSettings, check_name
from batchtui.workspace.directory import WorkspaceDirectory
from batchtui.workspace.entries import KeyCheck, NewWorkspace, WorkspaceEntry
from batchtui.workspace.exporting import (
    FAILED,
    ExportChoice,
    ExportProgress,
    ExportReport,
    ExportRequest,
    default_export_path,
    export_failed,
    export_formats,
    export_results,
    fetch_results,
    output_path,
    write_results,
)
from batchtui.workspace.results_session import ResultsSession
from batchtui.workspace.workspace import Workspace

__all__ = [
    "DEFAULT_BASE_URL",
    "ENV_WORKSPACE",
    "FAILED",
    "PAGE_SIZE",
    "UNREADABLE",
    "Block",
    "ExportChoice",
    "ExportProgress",
    "ExportReport",
    "ExportRequest",
    "KeyCheck",
    "KeySource",
    "LoadProgress",
    "LoadState",
    "NewWorkspace",
    "ResultDetail",
    "ResultRow",
    "ResultsIndex",
    "ResultsSearch",
    "ResultsSession",
    "ResultsStore",
    "RetryWait",
    "SearchQuery",
    "SearchStep",
    "Snapshot",
    "Workspace",
    "WorkspaceDirectory",
    "WorkspaceEntry",
    "WorkspaceSettings",
    "check_base_url",
    "check_key",
    "check_name",
    "default_export_path",
    "differing_counts",
    "export_failed",
    "export_formats",
    "export_results",
    "fetch_results",
    "is_retryable",
    "iter_matches",
    "missing_rows",
    "output_path",
    "refresh_pause",
    "write_results",
]
