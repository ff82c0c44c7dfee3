"""Makes the database that LARKPOST_DATABASE names on the cluster of LARKPOST_BENCH_POSTGRESQL."""

import asyncio
import os

import asyncpg


async def create() -> None:
    connection = await asyncpg.connect(os.environ["LARKPOST_BENCH_POSTGRESQL"])
    try:
        await connection.execute(f"CREATE DATABASE {os.environ['LARKPOST_DATABASE'].rsplit('/', 1)[1]}")
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(create())
