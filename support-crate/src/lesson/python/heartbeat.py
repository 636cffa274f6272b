"""A 60-per-second heartbeat on the main thread while work runs in place, on a thread, in a process, and as asyncio
tasks that yield and that never await: the lateness of the latest beat of each, and the beats missed by the first two."""
import asyncio, json, multiprocessing, threading, time

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


async def beat_beside(task):
    """Lateness of every beat of an asyncio heart from the start of a task to its end."""
    start = time.monotonic()
    worker = asyncio.create_task(task())
    late, number = [], 1
    while not worker.done():
        due = start + number * PERIOD
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        late.append(time.monotonic() - due)
        number += 1
    return late


async def never_awaits():
    work(WORK)


async def gives_way():
    end = time.monotonic() + WORK
    while time.monotonic() < end:
        work(0.001)
        await asyncio.sleep(0)


def main():
    context = multiprocessing.get_context("fork")
    late = [beat_while(lambda: False, True)]
    for kind in (threading.Thread, context.Process):
        worker = kind(target=work, args=(WORK,))
        worker.start()
        late.append(beat_while(worker.is_alive, False))
        worker.join()
    late += [asyncio.run(beat_beside(task)) for task in (gives_way, never_awaits)]
    missed = [sum(beat > PERIOD for beat in beats) for beats in late[:2]]
    print(json.dumps([[max(beats) for beats in late], missed]))


if __name__ == "__main__":
    main()
