# The Python SDK's client and FastMCP's: each lists and calls, prints what came. Arguments: client, URL.
import asyncio
import json
import sys


async def sdk(url):
    from mcp import Client

    async with Client(url) as client:
        tools = await client.list_tools()
        result = await client.call_tool("everything_get-sum", {"a": 40, "b": 2})
        return [tool.name for tool in tools.tools], result.content[0].text


async def fastmcp(url):
    from fastmcp import Client

    async with Client(url) as client:
        tools = await client.list_tools()
        result = await client.call_tool("everything_get-sum", {"a": 40, "b": 2})
        return [tool.name for tool in tools], result.content[0].text


tools, result = asyncio.run({"sdk": sdk, "fastmcp": fastmcp}[sys.argv[1]](sys.argv[2]))
print(json.dumps({"tools": tools, "result": result}))
