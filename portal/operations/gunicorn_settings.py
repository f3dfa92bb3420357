"""How gunicorn serves the portal; `portal serve` and the systemd unit both name this module."""

import gunicorn.http.wsgi

# The answer's Server header tells a stranger nothing about versions.
gunicorn.http.wsgi.SERVER = "portal"

# Threads, so that a slow download neither holds a process nor is cut off by its silence; few, because on SQLite
# writers wait for each other anyway.
worker_class = "gthread"
threads = 4
control_socket_disable = True
timeout = 60  # seconds; a worker that is silent longer is replaced
graceful_timeout = 25
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
limit_request_line = 4094
limit_request_fields = 60
accesslog = None  # addresses and paths of visitors are not kept
loglevel = "warning"
