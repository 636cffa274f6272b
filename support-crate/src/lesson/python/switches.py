"""Threads that compute and never yield, pinned to one core: how many, how often another one was
found to have run between, and involuntary switches."""
import json, os, resource, threading, time

SECONDS = 0.15
THREADS = 3


def main():
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    last, changes = [None], [0] * THREADS
    involuntary = [0] * THREADS

    def compute(number):
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if last[0] != number:
                last[0] = number
                changes[number] += 1
        involuntary[number] = resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw - before

    threads = [threading.Thread(target=compute, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([THREADS, sum(changes), sum(involuntary)]))


if __name__ == "__main__":
    main()
