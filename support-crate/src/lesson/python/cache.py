"""One cache that threads share, against a copy in every process: look-ups, then hits and entries held of each."""
import json, multiprocessing, threading

WORKERS, KEYS, LOOKUPS = 4, 50, 200
cache, lock = {}, threading.Lock()


def look_up_all(start, answer):
    hits = 0
    for number in range(LOOKUPS):
        key = (start + number) % KEYS
        with lock:
            if key in cache:
                hits += 1
            else:
                cache[key] = bytes(1024)
    answer((hits, len(cache)))


def run(kind, queue_of):
    queue = queue_of()
    workers = [kind(target=look_up_all, args=(7 * number, queue.put)) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    found = [queue.get() for _ in workers]
    for worker in workers:
        worker.join()
    return found


def main():
    import queue

    context = multiprocessing.get_context("fork")
    apart = run(context.Process, context.SimpleQueue)
    shared = run(threading.Thread, queue.SimpleQueue)
    print(json.dumps([
        WORKERS * LOOKUPS,
        [sum(hits for hits, _ in shared), len(cache)],
        [sum(hits for hits, _ in apart), sum(held for _, held in apart)],
    ]))


if __name__ == "__main__":
    main()
