"""A result that another thread hands to an asyncio future: how late the loop notices, without and with the safe call;
and whether debug mode refuses the other."""
import asyncio, json, threading, time

NEXT_TIMER = 0.2


async def handed_over(safely):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    handed = []

    def other_thread():
        time.sleep(0.02)
        handed.append(time.perf_counter())
        if safely:
            loop.call_soon_threadsafe(future.set_result, 1)
        else:
            future.set_result(1)

    thread = threading.Thread(target=other_thread)
    thread.start()
    # Without this timer an idle loop would sleep for ever.
    timer = loop.call_later(NEXT_TIMER, lambda: None)
    await future
    noticed = time.perf_counter() - handed[0]
    timer.cancel()
    thread.join()
    return noticed


def refused_in_debug():
    """Whether the loop's debug mode refuses a call from another thread."""
    said = []

    async def main():
        loop = asyncio.get_running_loop()

        def other_thread():
            try:
                loop.call_soon(lambda: None)
                said.append(False)
            except RuntimeError:
                said.append(True)

        thread = threading.Thread(target=other_thread)
        thread.start()
        while thread.is_alive():
            await asyncio.sleep(0.001)

    asyncio.run(main(), debug=True)
    return said[0]


print(json.dumps([asyncio.run(handed_over(False)), asyncio.run(handed_over(True)), refused_in_debug()]))
