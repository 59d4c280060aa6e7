# Tidecast in a container: docker build -t tidecast . (docs/deploy.md has the build arguments)

FROM python:3.11-slim-bookworm AS build

# Which build of torch goes in: cpu, or cuda for a machine with an NVIDIA GPU.
ARG TORCH_VARIANT=cpu
# Where pip finds the CPU build of torch, besides its usual index.
ARG PIP_EXTRA_INDEX_URL

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PYTHON=/opt/tidecast/bin/python
# No pip inside: nothing is installed into the finished image.
RUN python -m venv --without-pip /opt/tidecast
WORKDIR /src

# Libraries before code: their layer is by far the largest and changes seldom.
COPY pyproject.toml constraints.txt ./
RUN set -eu; \
    torch=$(grep '^torch==' constraints.txt); \
    case "$TORCH_VARIANT" in \
        cpu) pip install "$torch+cpu" || { \
                echo "No CPU build of torch: pass --build-arg PIP_EXTRA_INDEX_URL=<PyTorch's CPU index>" >&2; exit 1; } ;; \
        cuda) pip install "$torch"; \
            /opt/tidecast/bin/python -c 'import torch; assert torch.version.cuda, "pip found a CPU build of torch"' ;; \
        *) echo "TORCH_VARIANT must be cpu or cuda, got $TORCH_VARIANT" >&2; exit 1 ;; \
    esac; \
    python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        >requirements.txt; \
    pip install --constraint constraints.txt --requirement requirements.txt; \
    # Headers serve compilers, and the tests of the large libraries (140 MB) nobody here.
    cd /opt/tidecast/lib/python3*/site-packages; \
    rm -rf torch/include pyarrow/include; \
    find numpy pandas pyarrow scipy sklearn statsmodels -type d -name tests -prune -exec rm -rf {} +

COPY . .
RUN pip install --no-deps .


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="Tidecast" \
    org.opencontainers.image.description="Time-series forecasting and anomaly detection over REST" \
    org.opencontainers.image.licenses="Apache-2.0"

RUN useradd --uid 10001 --no-create-home --no-log-init --home-dir /data --shell /usr/sbin/nologin tidecast \
    && install --directory --owner tidecast /data
COPY --from=build /opt/tidecast /opt/tidecast

# TIDECAST_HOST is the container's own interface; what is reachable from outside is what gets published.
ENV PATH=/opt/tidecast/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TIDECAST_HOST=0.0.0.0 \
    TIDECAST_PORT=8000 \
    TIDECAST_DATA_DIR=/data

USER tidecast
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['TIDECAST_PORT']}/readyz\", timeout=4)"]
CMD ["tidecast-server"]
