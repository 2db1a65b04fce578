r"""Lambdascope: why an AWS Lambda function fails, from its CloudWatch logs.

Standard library only, nothing leaves the machine.

>>> from analyzer import analyze
>>> line = rb"REPORT RequestId: 1\tDuration: 3 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\n"
>>> analyze(b'["' + line + b'"]').totals.failed
0
"""

__version__ = "0.1.0"

from analyzer.errors import LambdascopeError, UnknownInputError, UnreadableInputError, UsageError
from analyzer.model import Options
from analyzer.pipeline import Reading, analyze, summarize
from analyzer.report import Report
from analyzer.summary import Summary

__all__ = [
    "LambdascopeError",
    "Options",
    "Reading",
    "Report",
    "Summary",
    "UnknownInputError",
    "UnreadableInputError",
    "UsageError",
    "__version__",
    "analyze",
    "summarize",
]
