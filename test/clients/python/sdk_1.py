"""One use of the Python SDK 1.x: sdk_1.py URL MEMORY [aged]. Prints what the tool answers."""

import asyncio
import sys

import httpx
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

from memory import FileMemory, WayBack, age


async def main(url: str, memory: str, *rest: str) -> None:
    back = WayBack()
    await back.listen()

    async def come_back() -> tuple[str, str | None]:
        result = await back.result()
        return result["code"], result.get("state")

    provider = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(client_name="Python client", redirect_uris=[back.url]),
        storage=FileMemory(memory),
        redirect_handler=back.open,
        callback_handler=come_back,
    )
    if "aged" in rest:
        age(provider)
    async with httpx.AsyncClient(auth=provider, follow_redirects=True, timeout=30) as http:
        async with streamable_http_client(url, http_client=http) as (read, write, _):
            async with ClientSession(read, write) as session:
                await session.initialize()
                print((await session.call_tool("test_simple_text", {})).content[0].text)


asyncio.run(main(*sys.argv[1:]))
