"""downstream-latency: the timeout that bounds the call, and how its client is told."""

from __future__ import annotations

from analyzer import words
from analyzer.causes._downstream_latency_case import Case
from analyzer.functions import Function, quantile


def client_timeout(function: Function, limit_ms: float) -> tuple[float, int]:
    """Seconds to wait for an answer and attempts to make, so that both attempts end a second before the limit.

    Twice the p99 of successes bounds the call from above, because a success contains it.
    """
    p99 = quantile(function.ok_durations, 0.99)
    budget = max(0.5, limit_ms / 1000 - 1)
    each = (budget - 0.5) / 2 if budget > 1.5 else budget / 2
    need = 2 * p99 / 1000 if p99 is not None else each
    seconds = max(0.2, min(each, need))
    seconds = float(round(seconds)) if seconds >= 3 else round(seconds, 1)
    return seconds, 2


def client_advice(case: Case) -> str:
    """How the client is told, in the words of the runtime and of the kind of host."""
    seconds, attempts = client_timeout(case.function, case.limit_ms)
    short = words.number(seconds)
    aws = case.host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
    runtimes = " ".join(case.function.runtimes)
    if aws and "python" in runtimes:
        code = (
            f"Config(connect_timeout=2, read_timeout={short}, retries={{'total_max_attempts': {attempts}, "
            f"'mode': 'standard'}})"
        )
        return f"In the code: `boto3.client(…, config={code})`. Without it boto3 waits 60 s, five times."
    if aws and "node" in runtimes:
        code = (
            f"new NodeHttpHandler({{ connectionTimeout: 2000, requestTimeout: {round(seconds * 1000)}, "
            f"throwOnRequestTimeout: true }})"
        )
        return (
            f"In the code: `requestHandler: {code}, maxAttempts: {attempts}` for the client. Without it the SDK "
            "waits for ever."
        )
    if "python" in runtimes:
        return (
            f"In the code: give the client a timeout of {short} s, as in `timeout={short}`, and at most "
            f"{attempts} attempts."
        )
    if "node" in runtimes:
        return (
            f"In the code: `signal: AbortSignal.timeout({round(seconds * 1000)})` for the request, and at most "
            f"{attempts} attempts."
        )
    return f"In the code: give the client a timeout of {short} s and at most {attempts} attempts."
