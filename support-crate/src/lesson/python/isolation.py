"""Who sees a write: a thread's writes in the parent, a process's writes in the parent, the parent's in a process."""
import json, multiprocessing, threading

value = [0]


def write():
    value[0] = 7


def wait_and_tell(go, answer):
    go.recv()
    answer.send(value[0])


def main():
    context = multiprocessing.get_context("fork")
    child = context.Process(target=write)
    child.start()
    child.join()
    from_process = value[0]
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    from_thread = value[0]
    go, said = context.Pipe(), context.Pipe()
    child = context.Process(target=wait_and_tell, args=(go[1], said[0]))
    child.start()
    value[0] = 9
    go[0].send(None)
    to_process = said[1].recv()
    child.join()
    print(json.dumps([from_thread == 7, from_process == 7, to_process == 9]))


if __name__ == "__main__":
    main()
