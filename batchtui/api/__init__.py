"""The Message Batches API over HTTP: the only room that speaks it, and it knows no screen."""

from batchtui.api.base_url import check_base_url
from batchtui.api.client import ApiClient
from batchtui.api.facts import ServerFacts
from batchtui.api.result_stream import ResultStream
from batchtui.api.retries import RetryPolicy, RetryWait
from batchtui.api.stop_signal import StopSignal

__all__ = ["ApiClient", "ResultStream", "RetryPolicy", "RetryWait", "ServerFacts", "StopSignal", "check_base_url"]
