FROM debian:trixie-slim
COPY --chown=1:1 src/ package.json /app/
