"""What a request may carry."""

from io import BytesIO

from tests.batches.claims import publish


def test_a_large_body_is_refused_where_no_files_are_taken(app, client):
    publish(app.extensions["portal"])
    answer = client.post("/ko/claim/start", data={"email": "a" * 3_000_000})
    assert answer.status_code == 413
    assert "한 번에" in answer.text or "too much" in answer.text


def test_uploaded_parts_never_touch_the_temporary_folder(app, client, monkeypatch):
    publish(app.extensions["portal"])

    def refused(*_arguments: object, **_names: object) -> None:
        raise AssertionError("an uploaded part was written to disk unsealed")

    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", refused)
    parts = {"files": [(BytesIO(b"x" * 900_000), "one.jpg"), (BytesIO(b"y" * 900_000), "two.jpg")]}
    answer = client.post("/ko/claim/start", data=parts)
    assert answer.status_code in (302, 303, 400)
