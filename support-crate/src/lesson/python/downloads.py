"""Downloads from a local HTTP server in a process of its own, one after the other and on threads."""
import json, multiprocessing, time, urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FILES, LATENCY, SIZE, ROUNDS = 10, 0.006, 16 * 1024, 7


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(LATENCY)
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        self.wfile.write(bytes(SIZE))

    def log_message(self, *_):
        pass


def serve(port):
    # With the usual 5 that may wait to be accepted, the others try again a second later.
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(server.server_address[1])
    server.serve_forever()


def main():
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def fetch(_):
        with opener.open(url) as response:
            return len(response.read())

    times = {"sequential": [], "threads": []}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        assert sum(map(fetch, range(FILES))) == FILES * SIZE
        times["sequential"].append(time.perf_counter() - start)
        start = time.perf_counter()
        with ThreadPoolExecutor(FILES) as pool:
            assert sum(pool.map(fetch, range(FILES))) == FILES * SIZE
        times["threads"].append(time.perf_counter() - start)
    server.terminate()
    print(json.dumps(times))


if __name__ == "__main__":
    main()
