"""How fast `five-steps` goes through one Python worker process and one TypeScript worker, beside handlers inside of the service.

    ./mvnw -DskipTests package
    ZART_DATABASE_URL=postgresql://user:password@localhost/empty python3 src/clients/bench.py [executions]

The executions are started first, by a service that runs none of them; the time is that from the first to the last completion.
"""

from __future__ import annotations

import asyncio
import os
import pathlib
import socket
import subprocess
import sys
import time
from typing import Dict, List, Optional

HERE = pathlib.Path(__file__).resolve().parent
JAR = pathlib.Path(os.environ.get("ZART_JAR", HERE.parents[1] / "target" / "quarkus-app" / "quarkus-run.jar"))
sys.path.insert(0, str(HERE / "python"))

from zart import AsyncClient, HttpFailure  # noqa: E402
from zart._http import Http  # noqa: E402


def start(command: List[str], environment: Dict[str, str], folder: Optional[pathlib.Path] = None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


SERVICE = ["java", "-Xmx512m", "-jar", str(JAR)]


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def completed(client: AsyncClient) -> int:
    return (await client.stats())["completed"]


async def ready(url: str) -> None:
    async with Http(url) as http:
        while True:
            try:
                if (await http.request("GET", "/readyz")).status == 200:
                    return
            except HttpFailure:
                pass
            await asyncio.sleep(0.2)


async def enqueue(client: AsyncClient, count: int) -> None:
    left = iter(range(count))

    async def one_after_another() -> None:
        for _ in left:
            await client.start("five-steps")

    await asyncio.gather(*(one_after_another() for _ in range(32)))


async def measure(name: str, client: AsyncClient, count: int, worker: List[str], folder: Optional[pathlib.Path], url: str) -> None:
    before = await completed(client)
    await enqueue(client, count)
    port = str(free_port())
    running = start(worker, {"ZART_URL": url, "LOG_LEVEL": "WARNING", "QUARKUS_HTTP_PORT": port, "ZART_SAMPLES_ENABLED": "true"}, folder)
    try:
        done = 0
        while done == 0:
            await asyncio.sleep(0.01)
            done = await completed(client) - before
        first, begun = done, time.perf_counter()
        while done < count:
            await asyncio.sleep(0.02)
            done = await completed(client) - before
        print("%-22s %8.0f executions/s" % (name, (count - first) / (time.perf_counter() - begun)), flush=True)
    finally:
        stop(running)


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    if "ZART_DATABASE_URL" not in os.environ or not JAR.exists():
        sys.exit(__doc__)
    port = free_port()
    url = "http://127.0.0.1:%d" % port
    host = start(SERVICE, {"QUARKUS_HTTP_PORT": str(port), "ZART_SAMPLES_ENABLED": "false"})
    try:
        async with AsyncClient(url, retries=0) as client:
            await ready(url)
            print("five-steps, %d executions, %s cores" % (count, os.cpu_count()))
            await measure("in process", client, count, SERVICE, None, url)
            await measure("Python worker", client, count, [sys.executable, "samples.py"], HERE / "python", url)
            await measure("TypeScript worker", client, count, ["node", "samples.js"], HERE / "typescript", url)
    finally:
        stop(host)


if __name__ == "__main__":
    asyncio.run(main())
