"""The longest time a ready asyncio task waited for its turn, beside a task that never awaits and one that does."""
import asyncio, json, time

SECONDS = 0.1


async def watch(stop):
    longest, last = 0.0, time.perf_counter()
    while not stop:
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


async def beside(awaits):
    stop = []
    watcher = asyncio.create_task(watch(stop))
    await asyncio.sleep(0)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for _ in range(1000):
            pass
        if awaits:
            await asyncio.sleep(0)
    stop.append(True)
    return await watcher


print(json.dumps([SECONDS, asyncio.run(beside(False)), asyncio.run(beside(True))]))
