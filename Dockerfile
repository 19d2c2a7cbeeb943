# templatesync as an image: a slim Python with git, and a user without rights. docs/install.md says how to run it.
# The digest is that of python:3.13.15-slim-trixie for all platforms; tag and digest move together.
FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY templatesync templatesync
RUN pip wheel --quiet --no-cache-dir --disable-pip-version-check --wheel-dir /wheels .

FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
LABEL org.opencontainers.image.title="templatesync" \
      org.opencontainers.image.description="WhatsApp message templates of Alibaba Cloud CAMS, kept in git" \
      org.opencontainers.image.licenses="MIT"
# git, for what compares with a revision. A checkout that is mounted belongs to whoever mounts it, and git would not look
# into it: /work is trusted, whoever owns it, and nothing else.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory /work \
 && useradd --uid 1000 --user-group --create-home templatesync \
 && install --directory --owner=1000 --group=1000 /work
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
      --no-index --find-links /wheels templatesync
ENV PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["templatesync"]
CMD ["--help"]
