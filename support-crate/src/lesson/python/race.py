"""Updates lost by threads: as the interpreter happens to switch, and where a switch is made between load and store,
and with a lock: how many, of how many."""
import json, threading, time

THREADS, TIMES, FORCED = 4, 50_000, 25
counter = 0
lock = threading.Lock()


def plain():
    global counter
    for _ in range(TIMES):
        counter += 1


def forced():
    global counter
    for _ in range(FORCED):
        seen = counter
        time.sleep(0)
        meet.wait()
        counter = seen + 1
        meet.wait()


def locked():
    global counter
    for _ in range(TIMES):
        with lock:
            counter += 1


meet = threading.Barrier(THREADS)


def run(target, each):
    global counter
    counter = 0
    threads = [threading.Thread(target=target) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = THREADS * each
    return [expected - counter, expected]


print(json.dumps([run(plain, TIMES), run(forced, FORCED), run(locked, TIMES)]))
