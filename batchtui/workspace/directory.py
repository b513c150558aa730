"""All workspaces of one person: which there are, where their keys come from, and how to add, rename and remove them."""

from __future__ import annotations
