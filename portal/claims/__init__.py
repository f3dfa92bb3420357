"""The claim and its life: the model, the state machine, sealed particulars, and the claimant's own pages."""

from flask import Flask

from portal.claims import queued  # noqa: F401  (whoever changes a claim keeps the queue)


def install(app: Flask) -> None:
    """The claimant's pages; imported here, so that the model alone needs no application."""
    from portal.claims import (  # noqa: F401  (they add addresses and jobs)
        acts,
        card,
        contact_views,
        diary_views,
        diary_words,
        entrance,
        jobs,
        joinder_views,
        party_views,
        recovering,
        reminding,
        taken_in_views,
        views,
    )
    from portal.claims.blueprint import pages

    app.register_blueprint(pages)
    app.add_template_filter(diary_words.duration, "duration")
    app.add_template_filter(diary_words.money, "money")
    app.add_template_filter(diary_words.days, "incident_days")
    app.add_template_filter(diary_words.sums, "diary_sums")
