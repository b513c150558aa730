"""A terminal dashboard for Anthropic's Message Batches."""

__version__ = "0.1.0"
