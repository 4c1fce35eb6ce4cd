"""Which subject of an identity provider is which account, and what an office has to set for it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.identity_store import ForeignIdentity, IdentityStore, IdentityTakenError
from gateway.oidc_settings import OidcSettings

BACK = "https://kantor.test/masuk/oidc/kembali"
FAKE = "https://penyedia.test"


async def test_administrator_pairs_and_parts(house: Any) -> None:
    said = {"issuer": FAKE, "subject": "subjek-7"}
    async with await house.logged_in("admin-1") as admin:
        first = await admin.put("/api/v1/accounts/kasi-2/identity", json=said)
        again = await admin.put("/api/v1/accounts/kasi-2/identity", json=said)
        taken = await admin.put("/api/v1/accounts/kabid-1/identity", json=said)
        parted = await admin.delete("/api/v1/accounts/kasi-2/identity")
        quiet = await admin.delete("/api/v1/accounts/kasi-2/identity")
        lines = (await admin.get("/api/v1/accounts/changes?account=kasi-2")).json()["changes"]
    left = IdentityStore(house.store.database).account_of(ForeignIdentity(FAKE, "subjek-7"))

    assert [each.status_code for each in (first, again, parted, quiet)] == [204] * 4
    assert (taken.status_code, taken.json()["slug"]) == (409, "identity-taken")
    assert [each["what"] for each in lines] == ["identitas-oidc-dilepas", "identitas-oidc-dipasang"]
    assert "subjek-7" not in json.dumps(lines)
    assert left is None


def test_account_has_one_subject(abroad: Any) -> None:
    abroad.pair("kasi-1", FAKE, "subjek-1")

    with pytest.raises(IdentityTakenError):
        abroad.pair("kasi-1", FAKE, "subjek-2")


@pytest.mark.parametrize(
    "known",
    [
        {"issuer": "http://penyedia.example", "client_id": "x", "redirect_uri": BACK},
        {"issuer": FAKE, "client_id": "x"},
        {"issuer": FAKE, "redirect_uri": BACK},
        {"issuer": FAKE, "client_id": "x", "redirect_uri": "http://kantor.example/kembali"},
    ],
)
def test_settings_that_are_not_whole_or_not_safe_stop_the_start(known: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OidcSettings(**known)
