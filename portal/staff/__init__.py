"""Staff accounts, roles, second factor and sign-in."""

from flask import Flask


def install(app: Flask) -> None:
    """The staff side's sign-in, accounts, and how other pages know who is signed in."""
    from portal.staff import account_views, people_views, views, words

    app.extensions["portal.staff"] = views.current_staff
    for pages in (views, account_views, people_views):
        app.register_blueprint(pages.blueprint)
    for word in (words.right_word, words.account_word, words.account_kind):
        app.jinja_env.filters[word.__name__] = word
