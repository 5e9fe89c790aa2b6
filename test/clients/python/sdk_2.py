"""One use of the Python SDK 2.x: sdk_2.py URL MEMORY [aged]. Prints what the tool answers."""

import asyncio
import sys

from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from memory import FileMemory, WayBack, age


async def main(url: str, memory: str, *rest: str) -> None:
    back = WayBack()
    await back.listen()

    async def come_back() -> AuthorizationCodeResult:
        return AuthorizationCodeResult.model_validate(await back.result())

    provider = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(client_name="Python client", redirect_uris=[back.url]),
        storage=FileMemory(memory),
        redirect_handler=back.open,
        callback_handler=come_back,
    )
    if "aged" in rest:
        age(provider)
    async with create_mcp_http_client(auth=provider) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            print((await client.call_tool("test_simple_text", {})).content[0].text)


asyncio.run(main(*sys.argv[1:]))
