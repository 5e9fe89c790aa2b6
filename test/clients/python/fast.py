"""One use of fastmcp: fast.py URL MEMORY_FOLDER [aged]. Prints what the tool answers."""

import asyncio
import sys
from pathlib import Path

from fastmcp import Client
from fastmcp.client.auth import OAuth
from key_value.aio.stores.filetree import FileTreeStore, FileTreeV1CollectionSanitizationStrategy, FileTreeV1KeySanitizationStrategy

from memory import age


async def main(url: str, memory: str, *rest: str) -> None:
    folder = Path(memory)
    folder.mkdir(exist_ok=True)
    store = FileTreeStore(
        data_directory=folder,
        key_sanitization_strategy=FileTreeV1KeySanitizationStrategy(folder),
        collection_sanitization_strategy=FileTreeV1CollectionSanitizationStrategy(folder),
    )
    auth = OAuth(token_storage=store)
    if "aged" in rest:
        age(auth)
    async with Client(url, auth=auth) as client:
        print((await client.call_tool("test_simple_text", {})).content[0].text)


asyncio.run(main(*sys.argv[1:]))
