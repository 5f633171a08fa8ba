"""Starts the scripted server by hand; docs in the package."""

import argparse
import asyncio
import contextlib

from tests.scripted_model.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.scripted_model")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--rate", type=float, default=50, help="tokens a second")
    parser.add_argument("--first-token-ms", type=float, default=300)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


async def serve(options: argparse.Namespace) -> None:
    listener = await Server(rate=options.rate, first_token_ms=options.first_token_ms).listen(options.host, options.port)
    port = listener.sockets[0].getsockname()[1]
    print(f"Scripted model on http://{options.host}:{port}/v1 (OPENAI_BASE_URL), any key will do.", flush=True)
    async with listener:
        await listener.serve_forever()


if __name__ == "__main__":
    main()
