"""Metrics that CloudWatch reads out of the log: a JSON object with the member `_aws`.

{"_aws":{"Timestamp":1791444628235,"CloudWatchMetrics":[…]},"service":"orders","Errors":[3.0]}

Its members are names of metrics, whatever they are called, and never an error.
"""

from __future__ import annotations

from analyzer.decoding import loads
from analyzer.lines import _json_keys as keys
from analyzer.model import Dialect, Kind, Record

LINK = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"

SAMPLES = (
    (
        '{"_aws":{"Timestamp":1791444628235,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service"]],'
        '"Metrics":[{"Name":"Errors","Unit":"Count"}]}]},"service":"orders","Errors":[3.0]}'
    ),
    (
        '{"service":"orders","level":"ERROR","Latency":41,"_aws":{"Timestamp":1791444628235,"CloudWatchMetrics":'
        '[{"Namespace":"Shop","Dimensions":[["service"]],"Metrics":[{"Name":"Latency"}]}]}}'
    ),
)


def parse(text: str) -> Record | None:
    """A line without a verdict for metrics, None for any other line."""
    if text[:1] != "{" or '"_aws"' not in text:
        return None
    try:
        data = loads(text)
    except (ValueError, RecursionError):
        return None
    metrics = data.get("_aws") if isinstance(data, dict) else None
    if not isinstance(metrics, dict):
        return None
    return Record(Kind.LINE, keys.request_id_of(data), time=keys.moment(metrics.get("Timestamp")))


DIALECT = Dialect(
    id="embedded-metrics",
    title="Metrics in CloudWatch's embedded metric format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=29,
)
