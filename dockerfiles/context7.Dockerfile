# Context7: current library documentation. Lists its tools offline; each call asks context7.com.
# One file is bundled from the package, so the image holds neither npm's tree nor its caches and starts in a fraction of a second.

FROM node:24-slim AS build
WORKDIR /build
# `--before` holds every transitive package to the versions of that day: the same input gives the same image.
RUN npm install --no-audit --no-fund --ignore-scripts --before 2026-11-01 \
    @upstash/context7-mcp@4.1.1 esbuild@0.28.2
# ES modules cannot `require`, which some bundled CommonJS packages do: the banner gives it back.
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
