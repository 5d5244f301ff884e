# SQLite: a database that agents query and change, at the path given by `--db-path`. Mount a volume at /data
# to keep it.

FROM python:3.13-slim AS build
RUN python3 -m venv --without-pip /opt/venv
# All versions are exact, and `--no-deps` adds no packages. mcp stays at 1.x: this server does not start with
# 2.x. The packages of mcp's command line (typer, rich and their dependencies) are left out.
COPY <<EOF /build/requirements.txt
annotated-types==0.8.0
anyio==4.16.0
attrs==26.1.0
certifi==2026.10.18
cffi==2.1.1
click==8.5.1
cryptography==50.0.2
h11==0.16.0
httpcore==1.0.9
httpx==0.28.1
httpx-sse==0.4.3
idna==3.20
jsonschema==4.26.0
jsonschema-specifications==2025.9.1
mcp==1.30.0
mcp-server-sqlite==2025.4.25
pycparser==3.12
pydantic==2.14.3
pydantic-settings==2.16.3
pydantic_core==2.50.4
PyJWT==2.15.1
python-dotenv==1.2.4
python-multipart==0.0.34
referencing==0.37.0
rpds-py==2026.9.1
sse-starlette==3.7.0
starlette==1.10.0
typing-inspection==0.4.5
typing_extensions==4.16.0
uvicorn==0.54.0
EOF
# Bytecode is compiled now and used without checking the source, since imports take nearly all of this
# server's start.
RUN pip --python /opt/venv/bin/python3 install --no-deps --no-cache-dir --no-compile -r /build/requirements.txt \
 && /opt/venv/bin/python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv

FROM python:3.13-slim
RUN install -d -o 1000 -g 1000 /data
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /data
USER 1000:1000
ENTRYPOINT ["mcp-server-sqlite"]
CMD ["--db-path", "/data/hive.db"]
