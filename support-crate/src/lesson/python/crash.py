"""One of several processes aborts: who goes on."""
import json, multiprocessing, os, signal, time


def work(number, answers):
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    answers.put(number)


def main():
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    children = [context.Process(target=work, args=(number, answers)) for number in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    done = 0
    while not answers.empty():
        answers.get()
        done += 1
    print(json.dumps({"processes": 4, "done": done, "codes": [child.exitcode for child in children]}))


if __name__ == "__main__":
    main()
