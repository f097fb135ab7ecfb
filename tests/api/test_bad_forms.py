"""Every endpoint with a multipart form refuses broken ones and stores nothing."""

from __future__ import annotations

import pytest

from pulsar.testing.case import Case
from pulsar.testing.examples import Form
from pulsar.testing.invalid_values import describe_value, wrong_texts
from pulsar.testing.operations import Operation

HEAD = b"--b\r\nContent-Disposition: form-data; name="
END = b"--b--\r\n"
TYPE = "multipart/form-data; boundary=b"


def encode(form: Form) -> bytes:
    """Return the form as bytes, with the boundary ``b``."""
    texts = [HEAD + f'"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in form.fields.items()]
    files = [
        HEAD + f'"{name}"; filename="{filename}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, (filename, content) in form.files.items()
    ]
    return b"".join([*texts, *files, END])


@pytest.fixture
def form(case: Case, operation: Operation) -> Form:
    """The endpoint's valid form."""
    form = case.world.body(operation)
    assert isinstance(form, Form)
    return form


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestForm:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.takes_body and operation.media_type == "multipart/form-data"

    def test_what_is_no_form(self, case: Case, form: Form) -> None:
        whole = encode(form)
        field = HEAD + b'"x"\r\n\r\n1\r\n'
        broken = {
            "nothing": b"",
            "no end": whole[: -len(END)],
            "end cut short": whole[: -len(b"--\r\n")],
            "cut in a part": whole[: len(whole) // 2],
            "cut in the headers": whole[:20],
            "text before": b"text" + whole,
            "bare newlines": whole.replace(b"\r\n", b"\n"),
            "no name": whole.replace(b"name=", b"nome=", 1),
            "no disposition": whole.replace(b"Content-Disposition", b"X-Disposition", 1),
            "another disposition": whole.replace(b"form-data", b"attachment", 1),
            "a name that is no UTF-8": whole.replace(b'name="', b'name="\xff', 1),
            "too many parts": field * 1000 + whole,
            "long headers": whole.replace(b'name="', b'name="' + b"x" * 10_000, 1),
        }
        with case.on_trial():
            for what, body in broken.items():
                case.expect(what, case.send(body, TYPE), 400, "malformed")

    @pytest.mark.parametrize(
        "boundary", ["", "; boundary=", f"; boundary={'b' * 71}", "; boundary=c"]
    )
    def test_boundaries(self, case: Case, form: Form, boundary: str) -> None:
        with case.on_trial():
            answer = case.send(encode(form), f"multipart/form-data{boundary}")
            case.expect(boundary, answer, 400, "malformed")

    def test_forms_in_forms(self, case: Case) -> None:
        mixed = b'"file"\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n'
        nested = b"".join(HEAD.replace(b"b", b"b%d", 1) % n + mixed % (n + 1) for n in range(2000))
        with case.on_trial():
            answer = case.send(nested + b"\r\n--b0--\r\n", f"{TYPE}0")
            case.expect("forms in forms", answer, 400, "invalid", "file")

    def test_fields(self, case: Case, form: Form, operation: Operation) -> None:
        with case.on_trial():
            for name, schema in operation.body["properties"].items():
                texts = {key: value for key, value in form.fields.items() if key != name}
                files = {key: value for key, value in form.files.items() if key != name}
                if "contentMediaType" in schema:
                    self.refuse(case, "text", Form({**texts, name: "text"}, files), name)
                else:
                    file = ("any.txt", b"text")
                    self.refuse(case, "file", Form(texts, {**files, name: file}), name)
                    for value in wrong_texts(schema):
                        self.refuse(
                            case, describe_value(value), Form({**texts, name: value}, files), name
                        )
                    self.refuse(case, "no UTF-8", Form({**texts, name: "\udcff"}, files), name)
                if name in operation.body.get("required", ()):
                    self.refuse(case, "missing", Form(texts, files), name)

    def test_names(self, case: Case, form: Form) -> None:
        whole = encode(form)
        with case.on_trial():
            unknown = {**form.fields, "unknown": "text"}
            self.refuse(case, "text", Form(unknown, form.files), "unknown")
            files = {**form.files, "unknown": ("any.txt", b"text")}
            self.refuse(case, "file", Form(form.fields, files), "unknown")
            for line in whole.split(b"--b")[1:-1]:
                twice = case.send(b"--b" + line + whole, TYPE)
                case.expect(f"{line[:60]!r} twice", twice, 400, "invalid")

    def test_type_and_length(self, case: Case, form: Form) -> None:
        with case.on_trial():
            for other in ("text/plain", "multipart/mixed; boundary=b", "application/json", "", "x"):
                answer = case.send(encode(form), other)
                case.expect(other or "no type", answer, 415, "unsupported_media_type")
            body = encode(form) + b"x" * 20 * 2**20
            case.expect("too long", case.send(body, TYPE), 413, "too_large")

    @staticmethod
    def refuse(case: Case, what: str, form: Form, field: str) -> None:
        """Add a fault unless the form is refused because of the field."""
        texts = {name: value for name, value in form.fields.items() if value != "\udcff"}
        body = encode(Form(texts, form.files))
        if texts != form.fields:
            body = HEAD + f'"{field}"\r\n\r\n'.encode() + b"\xff\r\n" + body
        case.expect(f"{field} {what}", case.send(body, TYPE), 400, "invalid", field)
