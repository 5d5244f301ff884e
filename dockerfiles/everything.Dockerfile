# Everything: the protocol's reference server, over stdio or HTTP: `stdio` or `streamableHttp` as the command.
# The package is bundled to one file, so the image holds no npm tree or cache and starts in a fraction of a
# second.

FROM node:24-slim AS build
WORKDIR /build
# `--before` fixes every transitive package at the versions of that day: the same input gives the same image.
RUN npm install --no-audit --no-fund --ignore-scripts --before 2026-11-01 \
    @modelcontextprotocol/server-everything@2026.8.31 esbuild@0.28.2
# ES modules have no `require`, which some bundled CommonJS packages use: the banner defines it.
RUN npx esbuild node_modules/@modelcontextprotocol/server-everything/dist/index.js \
    --bundle --minify --platform=node --target=node24 --format=esm --legal-comments=eof \
    --banner:js="import{createRequire}from'node:module';const require=createRequire(import.meta.url);" \
    --outfile=/opt/everything/dist/server/index.mjs \
 && cp -r node_modules/@modelcontextprotocol/server-everything/dist/docs /opt/everything/dist/

FROM node:24-slim
ENV NODE_ENV=production PORT=3000
COPY --from=build /opt/everything /opt/everything
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["node", "/opt/everything/dist/server/index.mjs"]
CMD ["stdio"]
