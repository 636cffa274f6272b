"""A box blur of a small grey image in row chunks: in a row, on threads, in processes."""
import json, multiprocessing, sys, time
from concurrent.futures import ThreadPoolExecutor

WORKERS, WIDTH, HEIGHT, ROUNDS = int(sys.argv[1]), 320, 192, 5
image = [[(x * y) % 256 for x in range(WIDTH)] for y in range(HEIGHT)]


def blur(rows):
    first, last = rows
    out = []
    for y in range(first, last):
        for x in range(WIDTH):
            total = count = 0
            for row in image[max(0, y - 1):y + 2]:
                part = row[max(0, x - 1):x + 2]
                total += sum(part)
                count += len(part)
            out.append(total // count)
    return out


def main():
    bounds = [HEIGHT * number // WORKERS for number in range(WORKERS + 1)]
    chunks = list(zip(bounds, bounds[1:]))
    times = {"sequential": [], "threads": [], "processes": []}
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool, ThreadPoolExecutor(WORKERS) as threads:
        ways = {
            "sequential": lambda: [blur(chunk) for chunk in chunks],
            "threads": lambda: list(threads.map(blur, chunks)),
            "processes": lambda: pool.map(blur, chunks, chunksize=1),
        }
        expected = ways["sequential"]()
        for _ in range(ROUNDS):
            for name, run in ways.items():
                start = time.perf_counter()
                answer = run()
                times[name].append(time.perf_counter() - start)
                assert answer == expected
    print(json.dumps(times))


if __name__ == "__main__":
    main()
