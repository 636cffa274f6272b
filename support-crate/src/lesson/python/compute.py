"""The same computation in a row, on threads, as asyncio tasks and in processes; the rounds alternate."""
import asyncio, json, multiprocessing, sys, threading, time

WORKERS = int(sys.argv[1])
ROUNDS = 7
STEPS = 1_500_000 // WORKERS  # about a tenth of a second in all: short runs are not spread over cores


def task(seed):
    value = seed
    for _ in range(STEPS):
        value = (value * 1103515245 + 12345) & 0x7FFFFFFF
    return value


def on_threads():
    threads = [threading.Thread(target=task, args=(seed,)) for seed in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def as_tasks():
    async def one(seed):
        return task(seed)

    await asyncio.gather(*(one(seed) for seed in range(WORKERS)))


def main():
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        ways = {
            "sequential": lambda: [task(seed) for seed in range(WORKERS)],
            "threads": on_threads,
            "asyncio": lambda: asyncio.run(as_tasks()),
            "processes": lambda: pool.map(task, range(WORKERS), chunksize=1),
        }
        times = {name: [] for name in ways}
        for round_number in range(ROUNDS + 1):
            for name, run in ways.items():
                start = time.perf_counter()
                run()
                if round_number:
                    times[name].append(time.perf_counter() - start)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
