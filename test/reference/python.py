"""Reference server in Python, on FastMCP, over stdio: what the conformance suite asks for, as far as FastMCP has it, and nothing of Hive."""

import asyncio
import base64
import json

import mcp_types as types
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.prompts import Message, PromptResult
from fastmcp.tools.base import ToolResult

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="

server = FastMCP("reference-python")


def text(value: str) -> types.TextContent:
    return types.TextContent(type="text", text=value)


def embedded(uri: str, mime: str, value: str) -> types.EmbeddedResource:
    return types.EmbeddedResource(
        type="resource", resource=types.TextResourceContents(uri=uri, mime_type=mime, text=value)
    )


IMAGE = types.ImageContent(type="image", data=PNG, mime_type="image/png")

FIXED = {
    "test_simple_text": [text("This is a simple text response for testing.")],
    "test_image_content": [IMAGE],
    "test_audio_content": [types.AudioContent(type="audio", data=WAV, mime_type="audio/wav")],
    "test_embedded_resource": [
        embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": [
        text("Multiple content types test:"),
        IMAGE,
        embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ],
}


def tool(function, name: str | None = None):
    named = name or function.__name__
    server.tool(name=named, description=f"Conformance: {named}")(function)
    return function


def fixed(name: str, content: list) -> None:
    async def say() -> ToolResult:
        return ToolResult(content=content)

    tool(say, name)


for name, content in FIXED.items():
    fixed(name, content)


@tool
async def test_error_handling() -> str:
    raise ToolError("This tool intentionally returns an error for testing")


@tool
async def test_tool_with_logging(ctx: Context) -> str:
    for data in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(data)
        await asyncio.sleep(0.05)
    return "Logged."


@tool
async def test_tool_with_progress(ctx: Context) -> str:
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return "Progressed."


def elicit(message: str, field: str) -> types.ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": "string"}}, "required": [field]}
    return types.ElicitRequest(
        params=types.ElicitRequestFormParams(mode="form", message=message, requested_schema=schema)
    )


def sample(prompt: str) -> types.CreateMessageRequest:
    messages = [types.SamplingMessage(role="user", content=text(prompt))]
    return types.CreateMessageRequest(
        params=types.CreateMessageRequestParams(messages=messages, max_tokens=100)
    )


FORM = {
    "type": "object",
    "properties": {"username": {"type": "string"}, "email": {"type": "string"}},
    "required": ["username", "email"],
}


def required(requests: dict, state: str | None = None) -> types.InputRequiredResult:
    return types.InputRequiredResult(input_requests=requests, request_state=state)


def given(ctx: Context, key: str) -> dict | None:
    answer = (ctx.input_responses or {}).get(key)
    return answer.model_dump(by_alias=True, mode="json") if answer is not None else None


def field(ctx: Context, key: str, name: str) -> str | None:
    answer = given(ctx, key) or {}
    return (answer.get("content") or {}).get(name) if answer.get("action") == "accept" else None


@tool
async def test_input_required_result_elicitation(ctx: Context):
    name = field(ctx, "user_name", "name")
    return f"Hello, {name}!" if name else required({"user_name": elicit("What is your name?", "name")})


@tool
async def test_input_required_result_sampling(ctx: Context):
    answer = given(ctx, "capital_question")
    if answer:
        return f"Sampling response: {answer['content']['text']}"
    return required({"capital_question": sample("What is the capital of France?")})


@tool
async def test_input_required_result_list_roots(ctx: Context):
    answer = given(ctx, "client_roots")
    if answer:
        return "Roots: " + ", ".join(root["uri"] for root in answer["roots"])
    return required({"client_roots": types.ListRootsRequest()})


@tool
async def test_logging_tool(ctx: Context) -> str:
    return await test_tool_with_logging(ctx)


@tool
async def test_streaming_elicitation() -> str:
    return "Nothing but a result."


@tool
async def test_sampling(prompt: str, ctx: Context):
    answer = given(ctx, "asked")
    return f"LLM response: {answer['content']['text']}" if answer else required({"asked": sample(prompt)})


@tool
async def test_elicitation(message: str, ctx: Context):
    answer = given(ctx, "asked")
    if answer:
        content = json.dumps(answer.get("content") or {})
        return f"User response: action={answer['action']}, content={content}"
    params = types.ElicitRequestFormParams(mode="form", message=message, requested_schema=FORM)
    return required({"asked": types.ElicitRequest(params=params)})


@tool
async def test_roots(ctx: Context):
    answer = given(ctx, "asked")
    if answer:
        return json.dumps({"roots": [{"uri": root["uri"]} for root in answer["roots"]]}, separators=(",", ":"))
    return required({"asked": types.ListRootsRequest()})


def confirm(ctx: Context, done: str):
    if given(ctx, "confirm") and ctx.request_state:
        return done
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    params = types.ElicitRequestFormParams(mode="form", message="Please confirm", requested_schema=schema)
    return required({"confirm": types.ElicitRequest(params=params)}, "confirming")


@tool
async def test_input_required_result_request_state(ctx: Context):
    return confirm(ctx, "state-ok: requestState verified and confirmation received")


@tool
async def test_input_required_result_tampered_state(ctx: Context):
    return confirm(ctx, "integrity-ok: requestState verified")


@tool
async def test_input_required_result_multiple_inputs(ctx: Context):
    name, greeting, roots = field(ctx, "user_name", "name"), given(ctx, "greeting"), given(ctx, "client_roots")
    if name and greeting and roots:
        return f"{greeting['content']['text']} {name}, {', '.join(root['uri'] for root in roots['roots'])}"
    asked = {
        "user_name": elicit("What is your name?", "name"),
        "greeting": sample("Generate a greeting"),
        "client_roots": types.ListRootsRequest(),
    }
    return required(asked, "greeting")


@tool
async def test_missing_capability(ctx: Context):
    if given(ctx, "llm_answer"):
        return "sampling round-trip complete"
    return required({"llm_answer": sample("Reply with the single word: pong")})


@tool
async def test_input_required_result_multi_round(ctx: Context):
    state = json.loads(ctx.request_state or "{}")
    if state.get("round") is None:
        return required({"step1": elicit("Step 1: What is your name?", "name")}, json.dumps({"round": 1}))
    if state["round"] == 1:
        name = field(ctx, "step1", "name")
        asked = {"step2": elicit("Step 2: What is your favorite color?", "color")}
        return required(asked, json.dumps({"round": 2, "name": name}))
    return f"Multi-round complete: {state['name']} likes {field(ctx, 'step2', 'color')}"


@server.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    return "This is the content of the static text resource."


@server.resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    return base64.b64decode(PNG)


@server.resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


@server.prompt(description="A simple prompt")
def test_simple_prompt() -> str:
    return "This is a simple prompt for testing."


@server.prompt(description="Shows its arguments")
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt(description="Embeds a resource")
def test_prompt_with_embedded_resource(resourceUri: str) -> PromptResult:
    resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
    return PromptResult([Message(resource), Message("Please process the embedded resource above.")])


@server.prompt(description="Asks before it is rendered")
def test_input_required_result_prompt(ctx: Context):
    context = field(ctx, "user_context", "context")
    if context is None:
        return required({"user_context": elicit("What context should the prompt use?", "context")})
    return f"Use the following context: {context}"


@server.prompt(description="Shows an image")
def test_prompt_with_image() -> PromptResult:
    return PromptResult([Message(IMAGE), Message("Please analyze the image above.")])


@server.completion
def complete(ref, argument, context=None) -> list[str]:
    return [value for value in ("paris", "park", "party") if value.startswith(argument.value)]


server.run(transport="stdio", show_banner=False)
