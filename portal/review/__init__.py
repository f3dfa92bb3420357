"""Staff review: the queue, a claim, decisions on it, and the record of access."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff pages on claims and the navigation that leads to them."""
    from portal.claims import sections
    from portal.review import (
        asking_again,
        bulk_views,
        correcting,
        countersign,
        deciding,
        erasures,
        failures,
        history,
        letters,
        messages,
        navigation,
        paper,
        queue_views,
        redaction,
        scams,
        viewer,
        views,
    )
    from portal.review.blueprint import blueprint

    # Their pages hang on the common blueprint.
    assert all((views, failures, queue_views, bulk_views, deciding, history, viewer, redaction, correcting))
    app.register_blueprint(blueprint)
    app.register_blueprint(paper.blueprint)
    app.register_blueprint(countersign.blueprint)
    app.register_blueprint(letters.blueprint)
    app.register_blueprint(messages.blueprint)
    app.register_blueprint(erasures.blueprint)
    app.register_blueprint(scams.blueprint)
    app.register_blueprint(asking_again.pages)
    sections.bring(app, "decided", asking_again.lines_for_claim)
    sections.bring(app, "corrections", correcting.lines_for_claim)
    app.context_processor(navigation.staff_context)
