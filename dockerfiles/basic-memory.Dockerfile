# Basic Memory: notes in Markdown with an index in SQLite, both under /data. Mount a volume there to keep
# them. Full-text search only: semantic search, Postgres and the cloud are optional parts of the package (300
# MB more, and a model downloaded at the first call), so their packages are left out of the lock below.
# Nothing uses the network.

FROM python:3.13-slim AS build
RUN python3 -m venv --without-pip /opt/venv
# All versions are exact, and `--no-deps` adds no packages. To make a new lock: install basic-memory in a
# fresh venv, run `pip freeze`, and remove the packages that only fastembed, litellm, openai, asyncpg,
# psycopg, uvloop, pyright, pytest and `fastapi[standard]` need.
COPY <<EOF /build/requirements.txt
aiofile==3.12.3
aiofiles==25.1.0
aiosqlite==0.22.1
alembic==1.20.1
annotated-doc==0.0.7
annotated-types==0.8.0
anyio==4.16.0
attrs==26.1.0
Authlib==1.9.8
basic-memory==0.23.2
beartype==0.23.1
cachetools==8.0.0
caio==0.12.10
certifi==2026.10.18
cffi==2.1.1
charset-normalizer==3.5.2
click==8.5.1
cryptography==50.0.2
cyclopts==5.4.0
dateparser==1.5.0
dnspython==2.9.2
docstring_parser==0.18.0
email-validator==2.4.0
exceptiongroup==1.3.1
executing==2.3.0
fastapi==0.165.0
fastmcp==4.0.0b1
fastmcp-slim==4.0.0b1
filelock==4.2.11
googleapis-common-protos==1.76.0
greenlet==3.5.6
griffelib==2.4.1
h11==0.16.0
httpcore==1.0.9
httpcore2==2.16.2
httpx==0.28.1
httpx2==2.16.2
idna==3.20
jaraco.classes==3.4.0
jaraco.context==6.1.2
jaraco.functools==4.6.0
jeepney==0.9.0
joserfc==1.8.0
jsonref==1.1.0
jsonschema==4.26.0
jsonschema-path==0.5.0
jsonschema-specifications==2025.9.1
keyring==25.7.0
logfire==5.2.0
loguru==0.7.3
Mako==1.4.3
markdown-it-py==4.3.0
MarkupSafe==3.0.4
mcp==2.3.0
mcp-types==2.3.0
mdformat==1.0.0
mdformat-gfm==1.0.0
mdformat_frontmatter==2.2.0
mdit-py-plugins==0.7.0
mdurl==0.1.2
more-itertools==11.2.1
nest-asyncio==1.6.0
openapi-pydantic==0.6.0
opentelemetry-api==1.45.2
opentelemetry-exporter-http-transport==0.66b2
opentelemetry-exporter-otlp-common==0.66b2
opentelemetry-exporter-otlp-proto-common==1.45.2
opentelemetry-exporter-otlp-proto-http==1.45.2
opentelemetry-instrumentation==0.66b2
opentelemetry-proto==1.45.2
opentelemetry-sdk==1.45.2
opentelemetry-semantic-conventions==0.66b2
packaging==26.3
pathable==0.6.0
pillow==13.0.0
platformdirs==4.14.5
protobuf==7.36.2
psutil==7.2.2
py-key-value-aio==0.4.6
pybars3==0.9.7
pycparser==3.12
pydantic==2.14.3
pydantic-extra-types==2.11.1
pydantic-settings==2.16.3
pydantic_core==2.50.4
Pygments==2.21.0
PyJWT==2.15.1
PyMeta3==0.5.1
pyperclip==1.11.0
python-dateutil==4.0.0
python-dotenv==1.2.4
python-frontmatter==1.3.0
python-multipart==0.0.34
pytz==2026.6
PyYAML==6.0.3
referencing==0.37.0
regex==2026.11.15
requests==2.34.2
rich==15.0.0
rich-rst==2.2.0
rpds-py==2026.9.1
ruamel.yaml==0.19.1
SecretStorage==3.5.0
shellingham==1.5.4
sniffio==1.3.1
SQLAlchemy==2.1.9
sse-starlette==3.7.0
starlette==1.10.0
truststore==0.10.5
typer==0.29.2
typing-inspection==0.4.5
typing_extensions==4.16.0
tzdata==2026.6
tzlocal==5.4.5
uncalled-for==0.6.1
Unidecode==1.4.0
urllib3==2.8.0
uvicorn==0.54.0
watchfiles==1.3.0
wcwidth==0.9.4
wrapt==2.5.2
EOF
# Bytecode is compiled now and used without checking the source, since imports take nearly all of this
# server's start.
RUN pip --python /opt/venv/bin/python3 install --no-deps --no-cache-dir --no-compile -r /build/requirements.txt \
 && find /opt/venv -type d -name tests -prune -exec rm -rf {} + \
 && /opt/venv/bin/python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv
# Imports fill the heap with code, which the garbage collector scans again and again. Without it the start
# takes a quarter less.
COPY <<EOF /opt/venv/bin/serve.py
import gc

gc.disable()

import sys  # noqa: E402

import basic_memory.cli.main as cli  # noqa: E402

if sys.argv[1:2] == ['mcp']:
    import basic_memory.mcp.prompts, basic_memory.mcp.resources, basic_memory.mcp.tools  # noqa: E401, F401

gc.freeze()
gc.enable()
cli.app(prog_name='basic-memory')
EOF

FROM python:3.13-slim
RUN install -d -o 1000 -g 1000 /data
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data BASIC_MEMORY_HOME=/data/notes BASIC_MEMORY_CONFIG_DIR=/data/.basic-memory \
    BASIC_MEMORY_AUTO_UPDATE=false BASIC_MEMORY_NO_PROMOS=1 BASIC_MEMORY_SEMANTIC_SEARCH_ENABLED=false \
    BASIC_MEMORY_LOG_LEVEL=WARNING \
    FASTMCP_SHOW_SERVER_BANNER=false FASTMCP_CHECK_FOR_UPDATES=off \
    FASTMCP_ENABLE_RICH_LOGGING=false FASTMCP_LOG_LEVEL=WARNING
WORKDIR /data
USER 1000:1000
ENTRYPOINT ["python3", "/opt/venv/bin/serve.py"]
CMD ["mcp"]
