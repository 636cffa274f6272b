"""Clients, and the requests served each second by a sequential, a threaded and an asyncio server."""
import asyncio, json, socket, socketserver, sys, threading, time

WAIT = 0.005
CLIENTS = 16
SECONDS = 0.15


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.readline()
        time.sleep(WAIT)
        self.wfile.write(b"done\n")


async def handle(reader, writer):
    await reader.readline()
    await asyncio.sleep(WAIT)
    writer.write(b"done\n")
    writer.close()


class Sequential(socketserver.TCPServer):
    allow_reuse_address, request_queue_size = True, 128


class Threaded(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 128


def served(port):
    """Requests that closed-loop clients got answered, each second."""
    end = time.monotonic() + SECONDS
    counts = [0] * CLIENTS

    def client(number):
        while time.monotonic() < end:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"ask\n")
                connection.recv(16)
            counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - start)


def threaded_server(kind):
    with kind(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        answer = served(server.server_address[1])
        server.shutdown()
    return answer


def asyncio_server():
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(handle, "127.0.0.1", 0, backlog=128))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    port = server.sockets[0].getsockname()[1]
    answer = served(port)
    loop.call_soon_threadsafe(loop.stop)
    return answer


print(json.dumps([CLIENTS, [threaded_server(Sequential), threaded_server(Threaded), asyncio_server()]]))
sys.stdout.flush()
