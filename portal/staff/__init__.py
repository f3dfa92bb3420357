"""Staff accounts, roles, second factor and sign-in."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff side's sign-in, and how other pages know who is signed in."""
    from portal.staff import views

    app.extensions["portal.staff"] = views.current_staff
    app.register_blueprint(views.blueprint)
