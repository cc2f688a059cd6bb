"""What is counted about calls to the state's systems; served by the action server under `/metrics`."""

from prometheus_client import Counter, Histogram

CALLS = Counter("nutmeg_api_calls", "Calls to state systems by how they ended", ["upstream", "call", "outcome"])
SECONDS = Histogram(
    "nutmeg_api_seconds", "Time until a state system had answered", ["upstream", "call"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5),
)  # fmt: skip
