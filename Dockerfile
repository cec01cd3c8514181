# Base images are arguments, for registries and mirrors of one's own. The run
# image needs glibc and libstdc++ no older than the build image's.
ARG BUILD_BASE=docker.io/library/golang:1.26-bookworm
ARG RUN_BASE=docker.io/library/debian:bookworm-slim

FROM ${BUILD_BASE} AS build
ARG GOPROXY
ARG PIP_INDEX_URL
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN scripts/prepare build && CI=true scripts/build

FROM ${RUN_BASE}
RUN useradd --uid 10001 --create-home --home-dir /data zhiwen
COPY --from=build /src/zhiwen /usr/local/bin/zhiwen
COPY LICENSE THIRD_PARTY_NOTICES.md /usr/share/doc/zhiwen/
USER zhiwen
WORKDIR /data
VOLUME /data
ENV ZHIWEN_STORE=/data/zhiwen.db ZHIWEN_ADDR=:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["bash", "-c", "exec 3<>/dev/tcp/localhost/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["zhiwen"]
CMD ["serve"]
