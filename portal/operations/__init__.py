"""Running an installation: prepare it, serve pages and jobs, look after its health."""
