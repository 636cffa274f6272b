"""The same short waits in a row, on threads and as asyncio tasks; and tiny tasks, where threads only cost."""
import asyncio, json, threading, time

WAITS, WAIT, ROUNDS, TINY = 16, 0.003, 5, 200


def on_threads(count, task):
    threads = [threading.Thread(target=task) for _ in range(count)]
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
        "threads": lambda: on_threads(WAITS, lambda: time.sleep(WAIT)),
        "asyncio": lambda: asyncio.run(as_tasks()),
        "tiny_sequential": lambda: [tiny() for _ in range(TINY)],
        "tiny_threads": lambda: on_threads(TINY, tiny),
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
