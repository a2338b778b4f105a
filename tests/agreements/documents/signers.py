"""What people do at the pages of documents, as a browser would send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

from tests.agreements.leaders import Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.models import Document, Proposal, Version
from trivet.agreements.people.models import Person

SEATS = ("cmo", "cro", "vp_cs")


@dataclass
class Begun:
    """A company with its drafts proposed."""

    people: Leaders

    def proposal(self, key: str) -> Proposal:
        return Proposal.objects.filter(document__key=key, outcome="").latest("pk")

    def document(self, key: str) -> Document:
        return Document.objects.get(key=key)

    def signs(self, person: Person, key: str) -> HttpResponse:
        """Open the signing page and press its button."""
        client = as_(person)
        address = f"/proposals/{self.proposal(key).pk}/signature"
        return client.post(address, hidden_of(read(client, address)))

    def agree(self, *keys: str) -> None:
        for key in keys:
            for seat in SEATS:
                answer = self.signs(getattr(self.people, seat), key)
                assert answer.status_code == 303, answer.content.decode()

    def held(self, key: str) -> Version:
        found = self.document(key).in_force()
        assert found is not None
        return found


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.content[:2000])
    return answer.content.decode()


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of a page that has one form to sign, without the site's own token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {n: unescape(v) for n, v in found if n not in ("csrfmiddlewaretoken", "back", "clause")}


class _Filled(HTMLParser):
    def __init__(self, page: str, form_class: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._class, self._inside = form_class, False
        self._select = self._area = ""
        self._text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("class") == self._class
        if not self._inside:
            return
        name = found.get("name", "")
        if tag == "select":
            self._select, self._text = name, []
        elif tag == "option" and self._select and ("selected" in found or not self._text):
            self._text = [found.get("value", "")]
            self.fields[self._select] = self._text
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            if found.get("type") in ("radio", "checkbox") and "checked" not in found:
                return
            self.fields.setdefault(name, []).append(found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea" and self._area:
            self.fields[self._area] = ["".join(self._text).removeprefix("\n")]
            self._area = ""
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)


def filled(page: str, form_class: str = "wording") -> dict[str, list[str]]:
    """What a browser would send of a form as it stands."""
    return _Filled(page, form_class).fields
