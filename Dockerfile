# Serves the sandbox to programs in any language:
#   docker build -t spotify-sandbox . && docker run --rm -p 8765:8765 spotify-sandbox
#   docker run --rm -p 8765:8765 -v ./scenario:/scenario spotify-sandbox --scenario /scenario/sandbox.toml
FROM python:3.13-slim
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY spotify spotify
RUN pip install --no-cache-dir . && rm -rf /build
USER nobody
WORKDIR /
EXPOSE 8765
ENTRYPOINT ["python", "-m", "spotify.testing.sandbox", "--host", "0.0.0.0", "--port", "8765"]
