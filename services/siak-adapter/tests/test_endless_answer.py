"""SIAK and authorities may answer without end: that is an outage like any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jamila_runtime.bounded import REVOCATION_LIST_BYTES, BoundedClient
from jamila_testing.samples import SIAK_OFFICE
from siak_adapter.lookup import SiakUnreachableError
from siak_adapter.siak_client import ANSWER_BYTES, SiakAccess, SiakClient
from siak_adapter.siak_signature import (
    RevocationLists,
    RevocationListUnavailableError,
)

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUFFERS = 32 * 1_048_576


def test_siak_without_end_is_a_silence(endless):
    patience = timedelta(seconds=endless.patience)
    access = replace(SiakAccess(**SIAK_OFFICE), base_url=endless.url, timeout=patience)

    with BoundedClient(max_bytes=ANSWER_BYTES) as http, pytest.raises(SiakUnreachableError):
        SiakClient(access, http).verify({"NIK": "6311990101000001"})

    assert endless.poured < BUFFERS


def test_revocation_list_without_end_is_waited_for(endless):
    with BoundedClient(max_bytes=REVOCATION_LIST_BYTES, timeout=endless.patience) as http:
        lists = RevocationLists(http, (f"{endless.url}/root.crl",))
        with pytest.raises(RevocationListUnavailableError):
            lists.evidence(datetime.now(UTC))

    assert endless.poured < REVOCATION_LIST_BYTES + BUFFERS
