"""Many waits at once, as asyncio tasks and as threads: how many, seconds for all of them, and bytes for each as a slope."""
import asyncio, json, threading, time

TASKS = [1_000, 10_000]
THREADS = [50, 400]
WAIT = 0.05


def pss():
    with open("/proc/self/smaps_rollup") as lines:
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


async def as_tasks(count):
    before, start = pss(), time.perf_counter()
    tasks = [asyncio.create_task(asyncio.sleep(WAIT)) for _ in range(count)]
    await asyncio.sleep(0)
    held = pss() - before
    for task in tasks:
        await task
    return time.perf_counter() - start, held


def on_threads(count):
    before, start = pss(), time.perf_counter()
    gate = threading.Event()
    threads = [threading.Thread(target=gate.wait) for _ in range(count)]
    for thread in threads:
        thread.start()
    held = pss() - before
    started = time.perf_counter() - start
    gate.set()
    for thread in threads:
        thread.join()
    return started, held


def slope(counts, measured):
    return (measured[1][1] - measured[0][1]) / (counts[1] - counts[0])


def main():
    threads = [on_threads(count) for count in THREADS]
    tasks = [asyncio.run(as_tasks(count)) for count in TASKS]
    print(json.dumps([
        [TASKS[1], max(0.0, tasks[1][0] - WAIT), slope(TASKS, tasks)],
        [THREADS[1], threads[1][0], slope(THREADS, threads)],
    ]))


if __name__ == "__main__":
    main()
