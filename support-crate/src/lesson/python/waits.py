"""The same short waits in a row and as asyncio tasks; and tiny tasks, where threads only cost."""
import asyncio, json, threading, time

WAITS, WAIT, ROUNDS, TINY = 16, 0.003, 7, 200


def tiny_on_threads():
    threads = [threading.Thread(target=tiny) for _ in range(TINY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def as_tasks():
    await asyncio.gather(*(asyncio.sleep(WAIT) for _ in range(WAITS)))


def tiny():
    return sum(range(10))


def main():
    ways = {
        "sequential": lambda: [time.sleep(WAIT) for _ in range(WAITS)],
        "asyncio": lambda: asyncio.run(as_tasks()),
        "tiny_sequential": lambda: [tiny() for _ in range(TINY)],
        "tiny_threads": tiny_on_threads,
    }
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
