"""What a process costs, forked and spawned: memory for each as a slope over their number."""
import json, multiprocessing, os


def stay(ready, go):
    ready.send(os.getpid())
    go.wait()


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


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
    forked = [held("fork", count) for count in counts]
    spawned = [held("spawn", count) for count in (1, 3)]
    print(json.dumps([(forked[1] - forked[0]) / (counts[1] - counts[0]), (spawned[1] - spawned[0]) / 2]))


if __name__ == "__main__":
    main()
