"""One of several processes aborts: how many there were, and how many went on."""
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
    print(json.dumps([len(children), done]))


if __name__ == "__main__":
    main()
