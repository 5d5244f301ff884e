"""FastMCP's proxy in front of one stdio server: fastmcp-proxy.py PORT COMMAND ARGS..."""

import sys

from fastmcp.client.transports import StdioTransport
from fastmcp.server.server import create_proxy

port, command, *args = sys.argv[1:]
proxy = create_proxy(StdioTransport(command, args), name="bench")
proxy.run(transport="http", host="127.0.0.1", port=int(port), path="/mcp", show_banner=False, log_level="error")
