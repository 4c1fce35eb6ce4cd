import pytest

from jamila_ledger.own_documents import OwnDocuments
from jamila_runtime.mongo import Put, Remove


class Database:
    def __init__(self) -> None:
        self.documents = {("sla", 1): {"_id": 1, "n": 1}}
        self.asked = []

    async def ask(self, collection, ids):
        self.asked.append((collection, list(ids)))
        return [
            self.documents[collection, each] for each in ids if (collection, each) in self.documents
        ]


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def own(database):
    return OwnDocuments(database.ask)


async def test_what_was_read_once_is_not_asked_for_again_nor_what_is_not_there(database, own):
    assert await own.by_id("sla", [1, 2]) == [{"_id": 1, "n": 1}]
    assert await own.by_id("sla", [2, 1]) == [{"_id": 1, "n": 1}]
    assert database.asked == [("sla", [1, 2])]


async def test_what_we_wrote_is_known_and_what_we_removed_is_gone(database, own):
    own.note("sla", [Put({"_id": 1, "n": 2}), Put({"_id": 3, "n": 3}), Remove(2)])
    assert await own.by_id("sla", [1, 2, 3]) == [{"_id": 1, "n": 2}, {"_id": 3, "n": 3}]
    assert database.asked == []


async def test_collections_are_kept_apart(own):
    await own.by_id("sla", [1])
    assert await own.by_id("figures", [1]) == []


async def test_after_forgetting_the_database_is_asked(own):
    own.note("sla", [Put({"_id": 1, "n": 2})])
    own.forget()
    assert await own.by_id("sla", [1]) == [{"_id": 1, "n": 1}]


async def test_only_so_many_are_kept_and_all_that_were_asked_for_are_given(database, own):
    database.documents = {("sla", n): {"_id": n} for n in range(3_000)}
    assert len(await own.by_id("sla", range(3_000))) == 3_000
    await own.by_id("sla", [2_999])
    await own.by_id("sla", [0])
    assert database.asked[1:] == [("sla", [0])]
