"""Users of MongoDB, tried: who shows the read models cannot change them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from jamila_deploy.mongo_users import USERS, reader_role, user, users_script
from jamila_testing.servers import mongod

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

DATABASE = "jamila"
READERS = ("gateway", "public")
WRITERS = ("ledger", "operator")
_UNAUTHORIZED = 13


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mongod")
    with mongod(folder, members=1, secret="kunci-simpul") as url:
        with MongoClient(url) as admin:
            # On the loopback, as long as nobody is known.
            admin.admin.command({"createUser": "admin", "pwd": "sandi", "roles": ["root"]})
        with MongoClient(url, username="admin", password="sandi") as admin:
            admin[DATABASE].command(reader_role(DATABASE))
            for name in USERS:
                admin[DATABASE].command(user(name, f"sandi-{name}", database=DATABASE))
            admin[DATABASE]["cases"].insert_one({"_id": 1})
            admin["lain"]["rahasia"].insert_one({"_id": 1})
        yield url


def database(url: str, name: str) -> Any:
    client: MongoClient[Any] = MongoClient(
        url, username=name, password=f"sandi-{name}", authSource=DATABASE
    )
    return client[DATABASE]


@pytest.mark.parametrize("name", READERS)
def test_a_reader_finds_and_can_do_nothing_else(server, name):
    mine = database(server, name)
    assert mine["cases"].find_one() == {"_id": 1}
    assert mine["cases"].count_documents({}) == 1
    cases, others = mine["cases"], mine.client["lain"]
    for attempt, given in (
        (cases.insert_one, {"_id": 2}),
        (partial(cases.update_one, {"_id": 1}), {"$set": {"status": "selesai"}}),
        (cases.delete_one, {"_id": 1}),
        (mine.drop_collection, "cases"),
        (cases.create_index, "status"),
        (cases.aggregate, [{"$out": "salinan"}]),
        (mine.command, {"createUser": "lain", "pwd": "x", "roles": []}),
        (others["rahasia"].find_one, {}),
    ):
        with pytest.raises(OperationFailure) as caught:
            attempt(given)
        assert caught.value.code == _UNAUTHORIZED
    mine.client.close()


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_writes_read_models_together_and_no_other_database(server, name):
    mine = database(server, name)
    with mine.client.start_session() as session, session.start_transaction():
        mine["cases"].replace_one({"_id": name}, {"n": 1}, upsert=True, session=session)
    mine["cases"].create_index("status", name="by-status")
    mine["shadow"].insert_one({"_id": 1})
    mine["shadow"].drop()
    with pytest.raises(OperationFailure):
        mine.client["lain"]["rahasia"].insert_one({"_id": 2})
    mine.client.close()


def test_nobody_reads_without_a_password(server):
    with MongoClient(server) as nobody, pytest.raises(OperationFailure):
        nobody[DATABASE]["cases"].find_one()


def test_the_script_in_the_folder_is_what_the_command_prints():
    file = Path(__file__).parents[2] / "deploy" / "mongo" / "users.js"
    assert file.read_text(encoding="utf-8") == users_script(DATABASE)
