"""What the SIAK adapter counts."""

from prometheus_client import Counter, Gauge

CALLS = Counter(
    "jamila_siak_calls", "Calls of the NIK web service, by what came of them.", ["outcome"]
)
QUOTA_LEFT = Gauge("jamila_siak_quota_left", "Calls of the NIK web service left today.")
