"""What a client keeps between two starts, in one file, and the way back from its browser."""

import asyncio
import json
import time
import webbrowser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from mcp.shared.auth import OAuthClientInformationFull, OAuthToken


class FileMemory:
    """The SDK's TokenStorage."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def _read(self) -> dict:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def _write(self, name: str, value) -> None:
        kept = self._read()
        kept[name] = json.loads(value.model_dump_json(exclude_none=True))
        self._path.write_text(json.dumps(kept))

    async def get_tokens(self) -> OAuthToken | None:
        kept = self._read().get("tokens")
        return None if kept is None else OAuthToken.model_validate(kept)

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self._write("tokens", tokens)

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        kept = self._read().get("client")
        return None if kept is None else OAuthClientInformationFull.model_validate(kept)

    async def set_client_info(self, client: OAuthClientInformationFull) -> None:
        self._write("client", client)


class WayBack:
    """The redirect address on loopback: opens the browser, and waits for what it brings."""

    def __init__(self) -> None:
        self._came: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self.url = ""

    async def listen(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"

    async def open(self, url: str) -> None:
        webbrowser.open(url)

    async def result(self) -> dict[str, str]:
        return await self._came

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readline()).decode().split(" ")[1]
        while (await reader.readline()).strip():
            pass
        if not self._came.done():
            self._came.set_result({name: values[0] for name, values in parse_qs(urlsplit(target).query).items()})
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()


def age(provider) -> None:
    """The SDK goes by its own clock, and does not keep between two starts when a token ends."""

    load = provider._initialize

    async def load_aged() -> None:
        await load()
        provider.context.token_expiry_time = time.time() - 1

    provider._initialize = load_aged
