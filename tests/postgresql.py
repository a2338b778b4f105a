"""A PostgreSQL of its own, for tests and benchmarks: started, asked, thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


def _programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, as `./dev test` found it.

    Raises   RuntimeError when there is none: what needs it fails, it is never skipped
    """
    if named := os.environ.get("TRIVET_POSTGRESQL"):
        return Path(named)
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if debian:
        return debian[-1].parent
    raise RuntimeError("No PostgreSQL is installed. `./dev test` and `./dev bench` bring one.")


def fresh_database(connection: str, name: str) -> str:
    """The address, as TRIVET_DATABASE names it, of an empty database of its own on this server."""
    told = dict(part.split("=", 1) for part in connection.split())
    with psycopg.connect(connection, autocommit=True) as opened:
        opened.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return f"postgresql://{told['user']}@/{name}?host={told['host']}"


def database_beside(address: str, name: str) -> str:
    """An empty database on the server of an address: what another test left is not there."""
    with psycopg.connect(address, autocommit=True) as opened:
        opened.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def dumped(address: str, options: Sequence[str]) -> str:
    """What `pg_dump` writes of a database, as SQL."""
    command = [str(_programs() / "pg_dump"), *options, address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def loaded(address: str, dump: str) -> None:
    """Fill an empty database from a dump."""
    command = [str(_programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", address]
    subprocess.run(command, input=dump, text=True, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """A connection string of a fresh server, on a socket only this user's processes reach.

    settings   of the server, by name; without any it does not wait for the disk
    """
    programs = _programs()
    # Not pytest's own folder: a socket's path may have about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="trivet-pg-"))
    # PostgreSQL refuses to run as root; then it runs as whom its package made for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs / program), *arguments],
            user=user,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    data = folder / "data"
    chosen = {"fsync": "off", "timezone": "UTC"} if settings is None else settings
    options = " ".join(
        [f"-k {folder} -c listen_addresses=", *(f"-c {name}={chosen[name]}" for name in chosen)]
    )
    try:
        run("initdb", "-D", str(data), "-U", "trivet", "-A", "trust", "--no-sync", "-E", "UTF8")
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"host={folder} user=trivet dbname=postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
