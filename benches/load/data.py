"""The shops that are measured: customers through `rekey customer import`, pending resets by SQL."""

import hashlib
import sqlite3
import time
import urllib.parse
from pathlib import Path

from .services import rekey

# bcrypt, cost 10, of "Password123!".
PASSWORD_HASH = "$2b$10$abcdefghijklmnopqrstuu681BbriReiEj7w/s3c3CvjNQ/MjAL4i"
SEALED = "0:3:" + "A" * 80


def customers(url, folder, count):
    """Imports `customer0@example.com` … Already imported ones are not imported again."""
    file = Path(folder) / f"customers-{count}.csv"
    if not file.exists():
        with open(file, "w") as csv:
            csv.write("email,firstname,lastname,password_hash\n")
            csv.writelines(f"customer{n}@example.com,Ada,Lovelace,{PASSWORD_HASH}\n" for n in range(count))
    begin = time.perf_counter()
    rekey(url, folder, "customer", "import", str(file))
    return count / (time.perf_counter() - begin)


def pending(server, url, count):
    """Gives the first `count` customers a pending reset each, issued over the last hour."""
    if url.startswith("sqlite"):
        return pending_sqlite(url, count)
    database = database_name(url)
    server.sql(
        "INSERT INTO rekey_password_reset (customer_id, token_digest, created_at) "
        "SELECT entity_id, SHA2(CONCAT('bench', entity_id), 256), "
        f"UTC_TIMESTAMP() - INTERVAL (entity_id % 3600) SECOND FROM customer_entity ORDER BY entity_id LIMIT {count}; "
        f"UPDATE customer_entity SET rp_token = '{SEALED}', "
        f"rp_token_created_at = UTC_TIMESTAMP() - INTERVAL (entity_id % 3600) SECOND ORDER BY entity_id LIMIT {count}; "
        "ANALYZE TABLE customer_entity, rekey_password_reset",
        database,
    )


def pending_sqlite(url, count):
    with sqlite3.connect(url.removeprefix("sqlite://")) as connection:
        connection.create_function("sha", 1, lambda text: hashlib.sha256(str(text).encode()).hexdigest())
        issued = "datetime('now', '-' || (entity_id % 3600) || ' seconds')"
        connection.execute(
            "INSERT INTO rekey_password_reset (customer_id, token_digest, created_at) "
            f"SELECT entity_id, sha('bench' || entity_id), {issued} "
            f"FROM customer_entity ORDER BY entity_id LIMIT {count}"
        )
        connection.execute(
            f"UPDATE customer_entity SET rp_token = '{SEALED}', rp_token_created_at = {issued} "
            f"WHERE entity_id IN (SELECT entity_id FROM customer_entity ORDER BY entity_id LIMIT {count})"
        )
        connection.execute("ANALYZE")


def execute(server, url, statement):
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite://")) as connection:
            connection.execute(statement)
    else:
        server.sql(statement, database_name(url))


def database_name(url):
    return urllib.parse.urlsplit(url).path.removeprefix("/")
