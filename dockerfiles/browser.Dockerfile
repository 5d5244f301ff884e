# Browser: Playwright's server with Debian's headless Chromium. The browser starts at the first call, with its
# profile in memory.
#
# Chromium's own sandbox is off, as it needs user namespaces or CAP_SYS_ADMIN. The container is the sandbox,
# for this server alone: keep it unprivileged, and give it no volume that a web page must not read.

FROM node:24-slim AS build
WORKDIR /opt/browser
# `--before` fixes every transitive package at the versions of that day: the same input gives the same image.
RUN npm install --no-audit --no-fund --ignore-scripts --before 2026-11-01 @playwright/mcp@0.0.83

FROM node:24-slim
# Debian keeps only its newest Chromium, so the base image's release fixes its version. Removed again: files
# for graphics cards (drivers, their compiler, Vulkan's test layers), and languages of a user interface that
# is never shown.
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium-headless-shell fonts-liberation \
 && rm -f /usr/lib/*/libLLVM* /usr/lib/*/libgallium* /usr/lib/*/libz3.so* /usr/lib/chromium/libVk* \
 && rm -rf /usr/lib/*/dri \
 && find /usr/lib/chromium/locales -type f ! -name 'en-US*' -delete \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
COPY --from=build /opt/browser /opt/browser
ENV NODE_ENV=production HOME=/tmp
WORKDIR /tmp
USER 1000:1000
ENTRYPOINT ["node", "/opt/browser/node_modules/@playwright/mcp/cli.js", \
            "--headless", "--isolated", "--no-sandbox", "--executable-path", "/usr/bin/chromium-headless-shell", \
            "--output-dir", "/tmp/output"]
