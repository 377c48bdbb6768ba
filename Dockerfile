# genrelab serve in a container, reached by a link with a token.
#   docker build -t genrelab .
#   docker run --rm -p 127.0.0.1:8765:8765 -e GENRELAB_TOKEN=$(openssl rand -hex 16) \
#     -v "$PWD/artifacts:/data:ro" genrelab /data/model.joblib --run /data/runs/demo
# A catalogue that is to be labelled needs a folder that can be written: mount it without `:ro`.
FROM python:3.12-slim

RUN useradd --create-home genrelab
WORKDIR /opt/genrelab
COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY genrelab genrelab
COPY features features
COPY models models
COPY reports reports
COPY pipeline pipeline
# With TensorFlow, for models that look at posters through a network; `--build-arg EXTRAS=serve` leaves it out.
ARG EXTRAS=serve,embeddings
RUN pip install --no-cache-dir ".[$EXTRAS]"

USER genrelab
WORKDIR /home/genrelab
EXPOSE 8765
HEALTHCHECK --start-period=60s CMD python -c "import os, urllib.request as u; \
u.urlopen(u.Request('http://127.0.0.1:8765/api/health', headers={'Authorization': 'Bearer ' + os.environ['GENRELAB_TOKEN']}))"
ENTRYPOINT ["genrelab", "serve", "--host", "0.0.0.0"]
