# The Python SDK's client and FastMCP's: each lists and calls, prints what came. Arguments: client, URL, era.
import asyncio
import json
import sys


async def sdk(url, mode):
    from mcp import Client

    async with Client(url, mode=mode) as client:
        tools = await client.list_tools()
        result = await client.call_tool("everything_get-sum", {"a": 40, "b": 2})
        return [tool.name for tool in tools.tools], result.content[0].text


async def fastmcp(url, mode):
    from fastmcp import Client

    async with Client(url, mode=mode) as client:
        tools = await client.list_tools()
        result = await client.call_tool("everything_get-sum", {"a": 40, "b": 2})
        return [tool.name for tool in tools], result.content[0].text


client, url, era = sys.argv[1:]
mode = "legacy" if era == "legacy" else "auto"
tools, result = asyncio.run({"sdk": sdk, "fastmcp": fastmcp}[client](url, mode))
print(json.dumps({"tools": tools, "result": result}))
