#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
# SQLAlchemy with its usual drivers (sqlite3, psycopg2), a process of its own beside the benchmark.
# Core on one connection that is kept: constructs made once, so that the compiled SQL comes from its cache; the ORM
# would be two to three times slower. Reads go without a transaction of their own on PostgreSQL, which saves them a BEGIN.
# Each line on standard input is `WORK COUNT FIRST`; the answer is the seconds it took, measured here.
import os
import sys
import time

import sqlalchemy as sa

ITEMS = 100_000
BULK = 10_000
BODY = "b" * 300


def engine_url():
    def setting(name):
        return os.environ.get("TELECLAUDE_DB_" + name, "")

    if setting("ENGINE") == "sqlite":
        return sa.engine.URL.create("sqlite", database=setting("PATH"))
    query = {"host": setting("HOST"), "port": setting("PORT")}
    if os.environ.get("BENCH_SSLMODE"):
        query["sslmode"] = os.environ["BENCH_SSLMODE"]
    return sa.engine.URL.create("postgresql+psycopg2", setting("USER"), setting("PASSWORD"),
                                database=setting("NAME"), query=query)


class Peer:
    def __init__(self):
        engine = sa.create_engine(engine_url())
        columns = (("id", sa.BigInteger), ("name", sa.Text), ("amount", sa.BigInteger), ("body", sa.Text))
        metadata = sa.MetaData()
        self.items, self.bulk_items = (
            sa.Table(name, metadata, *(sa.Column(c, t, primary_key=c == "id") for c, t in columns))
            for name in ("items", "bulk_items"))
        self.connection = engine.connect()
        self.alone = self.connection
        if engine.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
            self.alone = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        else:
            from sqlalchemy.dialects.sqlite import insert
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON",
                           "wal_autocheckpoint=0"):
                self.connection.exec_driver_sql("PRAGMA " + pragma)
        self.read = sa.select(self.items).where(self.items.c.id == sa.bindparam("key"))
        self.all = sa.select(self.items)
        new = insert(self.items)
        self.write = new.on_conflict_do_update(
            index_elements=["id"], set_={c: new.excluded[c] for c in ("name", "amount", "body")})
        self.update = sa.update(self.items).where(self.items.c.id == sa.bindparam("key"))
        self.rows = [{"id": i, "name": "a name of usual length", "amount": i, "body": BODY} for i in range(BULK)]

    def point_read(self, key):
        row = self.alone.execute(self.read, {"key": key}).one()
        return row[0] + len(row[1]) + row[2] + len(row[3])

    def read_many(self, key):
        with self.connection.begin():
            for i in range(100):
                self.connection.execute(self.read, {"key": (key + i) % ITEMS}).one()

    def upsert(self, key):
        self.alone.execute(self.write, {"id": key, "name": "a new name", "amount": key, "body": BODY})

    def transact(self, key):
        with self.connection.begin():
            row = self.connection.execute(self.read, {"key": key}).one()
            self.connection.execute(self.update, {"key": key, "amount": row[2] + 1})

    def scan(self, _):
        return sum(row[0] + len(row[1]) + row[2] + len(row[3]) for row in self.alone.execute(self.all))

    def bulk_insert(self, _):
        with self.connection.begin():
            self.connection.execute(self.bulk_items.insert(), self.rows)

    def server_processes(self):
        if self.alone is self.connection:
            return []
        pids = [self.alone.exec_driver_sql("SELECT pg_backend_pid()").scalar()]
        with self.connection.begin():
            pids.append(self.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
        return pids


def resident(field):
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1024


def main():
    peer = Peer()
    print("ready", sa.__version__, *peer.server_processes(), flush=True)
    for line in sys.stdin:
        work, count, key = line.split()
        key = int(key)
        if work == "memory":
            before = resident("VmRSS")
            peer.scan(0)
            print(resident("VmHWM") - before, flush=True)
            continue
        call = getattr(peer, work)
        started = time.perf_counter()
        for _ in range(int(count)):
            key = (key + 61_803) % ITEMS
            call(key)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
