# Context7: current library documentation. Lists its tools offline; each call queries context7.com. The
# package is bundled to one file, so the image holds no npm tree or cache and starts in a fraction of a
# second.

FROM node:24-slim AS build
WORKDIR /build
# `--before` fixes every transitive package at the versions of that day: the same input gives the same image.
RUN npm install --no-audit --no-fund --ignore-scripts --before 2026-11-01 \
    @upstash/context7-mcp@4.1.1 esbuild@0.28.2
# ES modules have no `require`, which some bundled CommonJS packages use: the banner defines it.
RUN npx esbuild node_modules/@upstash/context7-mcp/dist/index.js \
    --bundle --minify --platform=node --target=node24 --format=esm --legal-comments=eof \
    --banner:js="import{createRequire}from'node:module';const require=createRequire(import.meta.url);" \
    --outfile=/opt/context7/dist/lib/index.mjs \
 && cp node_modules/@upstash/context7-mcp/package.json node_modules/@upstash/context7-mcp/LICENSE /opt/context7/

FROM node:24-slim
ENV NODE_ENV=production OTEL_SDK_DISABLED=true
COPY --from=build /opt/context7 /opt/context7
USER 1000:1000
ENTRYPOINT ["node", "/opt/context7/dist/lib/index.mjs"]
