FROM node:24-slim AS build
ARG VERSION
COPY server.js /server.js
FROM build AS serve
CMD ["node", "/server.js"]
