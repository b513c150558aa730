"""Events worth telling a person who looks elsewhere: what they are, that each is told once, and by which ways."""

from __future__ import annotations

from batchtui.notices.command import COMMAND_SECONDS, run_notice_command
from batchtui.notices.detector import NoticeDetector
from batchtui.notices.journal import NoticeJournal, journal_path
from batchtui.notices.notice import Notice, Told, summarize
from batchtui.notices.terminal import terminal_sequences
from batchtui.notices.watch import NoticeWatch

__all__ = [
    "COMMAND_SECONDS",
    "Notice",
    "NoticeDetector",
    "NoticeJournal",
    "NoticeWatch",
    "Told",
    "journal_path",
    "run_notice_command",
    "summarize",
    "terminal_sequences",
]
