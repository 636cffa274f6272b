"""A 60-per-second heartbeat on the main thread while work runs in place, on a thread and in a process."""
import json, multiprocessing, threading, time

PERIOD, WORK = 1 / 60, 0.25


def work(seconds):
    end = time.monotonic() + seconds
    value = 1
    while time.monotonic() < end:
        for _ in range(500):
            value = (value * 1103515245 + 12345) & 0x7FFFFFFF
    return value


def beat_while(busy, in_place):
    """Lateness of every beat whose time falls within the work, from the time it was due."""
    start = time.monotonic()
    late, number = [], 1
    worked = False
    while True:
        due = start + number * PERIOD
        time.sleep(max(0.0, due - time.monotonic()))
        late.append(time.monotonic() - due)
        number += 1
        if in_place and not worked:
            work(WORK)
            worked = True
        elif time.monotonic() > due + PERIOD:
            continue
        elif not busy():
            return late


def main():
    context = multiprocessing.get_context("fork")
    answer = {"period": PERIOD, "work": WORK, "in_place": beat_while(lambda: False, True)}
    for name, kind in (("thread", threading.Thread), ("process", context.Process)):
        worker = kind(target=work, args=(WORK,))
        worker.start()
        answer[name] = beat_while(worker.is_alive, False)
        worker.join()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
