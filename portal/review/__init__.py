"""Staff review: the queue, a claim, decisions on it, and the record of access."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff pages on claims and the navigation that leads to them."""
    from portal.review import (
        countersign,
        erasures,
        failures,
        letters,
        messages,
        navigation,
        paper,
        queue_views,
        scams,
        views,
    )

    assert failures, queue_views
    app.register_blueprint(views.blueprint)
    app.register_blueprint(paper.blueprint)
    app.register_blueprint(countersign.blueprint)
    app.register_blueprint(letters.blueprint)
    app.register_blueprint(messages.blueprint)
    app.register_blueprint(erasures.blueprint)
    app.register_blueprint(scams.blueprint)
    app.context_processor(navigation.staff_context)
