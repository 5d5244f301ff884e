FROM python:3.13-slim
RUN pip install --no-cache-dir mcp==2.3.0 fastmcp==4.0.10
COPY clients.py /clients.py
ENTRYPOINT ["python", "/clients.py"]
