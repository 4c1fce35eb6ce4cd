from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jamila_faults.cluster import ClusterOffice, running_cluster


@pytest.fixture
async def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[ClusterOffice]:
    """A running office on a cluster."""
    request.getfixturevalue("socket_enabled")
    async with running_cluster(tmp_path) as office:
        yield office
