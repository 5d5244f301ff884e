FROM python:3.13-slim
RUN pip install --no-cache-dir fastmcp==4.0.10
COPY python.py /reference/python.py
USER 1000:1000
ENTRYPOINT ["python", "/reference/python.py"]
