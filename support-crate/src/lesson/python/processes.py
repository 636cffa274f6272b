"""What a process costs: seconds to start one by each method, and memory for each as a slope over their number."""
import json, multiprocessing, os, threading, time


def nothing():
    pass


def stay(ready, go):
    ready.send(os.getpid())
    go.wait()


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def start_seconds(method, count):
    context = multiprocessing.get_context(method)
    warm = context.Process(target=nothing)
    warm.start()
    warm.join()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        child = context.Process(target=nothing)
        child.start()
        child.join()
        times.append(time.perf_counter() - start)
    return times


def held(method, count):
    """Memory of this process and of `count` waiting children together."""
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    go = context.Event()
    children = [context.Process(target=stay, args=(theirs, go)) for _ in range(count)]
    for child in children:
        child.start()
    pids = [ours.recv() for _ in children]
    total = pss(os.getpid()) + sum(map(pss, pids))
    go.set()
    for child in children:
        child.join()
    return total


def main():
    counts = [2, 8]
    answer = {"starts": {m: start_seconds(m, n) for m, n in (("fork", 8), ("forkserver", 4), ("spawn", 3))}}
    forked = [held("fork", count) for count in counts]
    spawned = [held("spawn", count) for count in (1, 3)]
    answer["bytes_forked"] = (forked[1] - forked[0]) / (counts[1] - counts[0])
    answer["bytes_spawned"] = (spawned[1] - spawned[0]) / 2
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
