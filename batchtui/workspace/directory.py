"""All workspaces of one person: which there are, and how to open, add, test, rename and remove them.

Keyring and configuration are kept in step: a key is written before the entry that needs it, and taken out before the
entry goes. When the second step fails the first is undone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from pydantic import SecretStr

from batchtui.api import ApiClient, check_base_url
from batchtui.credentials import Keys, describe_key_source
from batchtui.errors import BatchtuiError, InvalidWorkspaceNameError, NoKeyError, UnknownWorkspaceError
from batchtui.models import BatchPage
from batchtui.paths import cache_folder, config_path
from batchtui.settings import ENV_WORKSPACE, KeySource, Settings, WorkspaceSettings, check_name, env_workspace
from batchtui.workspace.entries import KeyCheck, NewWorkspace, WorkspaceEntry
from batchtui.workspace.shelves import FileShelf, MemoryShelf, Shelf
from batchtui.workspace.workspace import Workspace
