"""``jamila engines``: what the administrators of the engines need for more than one machine."""

from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import TypeAdapter

from jamila_deploy.mongo_users import users_script
from jamila_deploy.nats import Node, node_config
from jamila_deploy.nats_names import USERS
from jamila_deploy.nats_users import users_config, users_file
from jamila_deploy.postgres import roles_sql

engines = typer.Typer(
    name="engines",
    help="Konfigurasi PostgreSQL, MongoDB dan NATS untuk kantor yang tumbuh melebihi satu mesin.",
    no_args_is_help=True,
)
_UNUSABLE: Final = 2


@engines.command()
def postgres() -> None:
    """Peran, skema dan tabel yang hanya boleh ditambah, sebagai SQL."""
    typer.echo(roles_sql(), nl=False)


@engines.command()
def mongo(database: Annotated[str, typer.Option(help="Nama basis data")] = "jamila") -> None:
    """Pengguna model baca, sebagai skrip mongosh."""
    typer.echo(users_script(database), nl=False)


@engines.command("nats-users")
def nats_users(
    tenant: Annotated[str, typer.Option(help="Kode kabupaten")] = "6311",
) -> None:
    """Pengguna NATS dan izinnya, tanpa kata sandi: itu dibaca dari lingkungan."""
    typer.echo(users_file(tenant=tenant), nl=False)


@engines.command()
def nats(
    node_file: Annotated[Path, typer.Argument(help="Uraian simpul, JSON; lihat petunjuk")],
    passwords: Annotated[Path, typer.Option(help="Kata sandi tiap pengguna, JSON")],
    tenant: Annotated[str, typer.Option(help="Kode kabupaten")] = "6311",
) -> None:
    """Konfigurasi satu simpul NATS dengan izin tiap layanan."""
    try:
        node = TypeAdapter(Node).validate_json(node_file.read_bytes())
        known = TypeAdapter(dict[str, str]).validate_json(passwords.read_bytes())
        text = node_config(node, users_config(known, tenant=tenant))
    except (OSError, ValueError, KeyError) as error:
        typer.echo(f"GALAT: {node_file.name} atau {passwords.name}: {error}", err=True)
        typer.echo(f"Pengguna yang perlu: {', '.join(USERS)}", err=True)
        raise typer.Exit(_UNUSABLE) from error
    typer.echo(text, nl=False)
