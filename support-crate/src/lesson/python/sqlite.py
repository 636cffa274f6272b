"""sqlite3 called from an asyncio task: seconds of the query, and the longest time another task waited, with the call in place and on a thread."""
import asyncio, json, sqlite3, time

ROWS = 250_000


def query():
    with sqlite3.connect(":memory:") as database:
        numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)"
        return database.execute(f"{numbers} select sum(i * i % 7) from n", (ROWS,)).fetchone()[0]


async def watch(stop):
    longest, last = 0.0, time.perf_counter()
    while not stop:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


async def beside(on_thread):
    stop = []
    watcher = asyncio.create_task(watch(stop))
    await asyncio.sleep(0.005)
    start = time.perf_counter()
    if on_thread:
        await asyncio.to_thread(query)
    else:
        query()
    took = time.perf_counter() - start
    stop.append(True)
    return took, await watcher


print(json.dumps([*asyncio.run(beside(False)), asyncio.run(beside(True))[1]]))
