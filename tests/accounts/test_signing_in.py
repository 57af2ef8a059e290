"""Ways in: a password, a mailed code, and the sample instance's one click."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from readings.accounts.models import User
from readings.courses.models import Course
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_account_is_made_with_name_and_address() -> None:
    browser = Client()
    browser.post(
        reverse("account_signup"),
        {"name": "Priya Singh", "email": "Priya@Example.edu", "password1": "correct horse battery"},
    )
    user = User.objects.get()
    assert (user.name, user.email) == ("Priya Singh", "priya@example.edu")
    assert signed_in(browser) == str(user.pk)


def test_join_link_survives_making_an_account(course: Course) -> None:
    browser = Client()
    address = reverse("courses:join", args=[course.join_token])
    answer = browser.post(
        f"{reverse('account_signup')}?next={address}",
        {
            "name": "Priya",
            "email": "priya@example.edu",
            "password1": "correct horse battery",
            "next": address,
        },
    )
    assert answer["Location"] == address


def test_password_signs_in_whatever_the_case_of_the_address(bob: User) -> None:
    browser = Client()
    browser.post(
        reverse("account_login"), {"login": bob.email.upper(), "password": "correct horse"}
    )
    assert signed_in(browser) == str(bob.pk)


def test_wrong_password_does_not_and_says_nothing_of_who_exists(bob: User) -> None:
    answers = [
        Client()
        .post(reverse("account_login"), {"login": address, "password": "wrong"})
        .content.decode()
        for address in (bob.email, "nobody@example.edu")
    ]
    messages = [re.findall(r"banner-warning\">([^<]*)", answer) for answer in answers]
    assert messages[0] == messages[1] != []


def test_mailed_code_signs_in(bob: User) -> None:
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": bob.email})
    [letter] = mail.outbox
    assert letter.to == [bob.email]
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(letter.body), re.M)
    assert code is not None
    browser.post(reverse("account_confirm_login_code"), {"code": code.group(1)})
    assert signed_in(browser) == str(bob.pk)


def test_two_accounts_of_one_mailbox_are_refused_by_the_database(bob: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(bob.email.upper(), "other")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=bob.pk).update(email="Bob@Example.edu")


def test_name_is_changed_on_ones_own_page(bob: User, sign_in: SignIn) -> None:
    sign_in(bob).post(reverse("accounts:profile"), {"name": "Robert Baker"})
    bob.refresh_from_db()
    assert bob.name == "Robert Baker"
    assert Client().get(reverse("accounts:profile")).status_code == 302


def test_one_click_does_not_exist_outside_the_demo() -> None:
    sample = factories.make_user("Sample", is_sample=True)
    with pytest.raises(NoReverseMatch):
        reverse("accounts:sign_in_as_sample", args=[sample.pk])
    browser = Client()
    assert browser.post(f"/sample/sign-in/{sample.pk}/").status_code == 404
    assert signed_in(browser) is None
    assert "Look around as someone" not in browser.get("/").content.decode()


def test_initials_and_display_names() -> None:
    assert User(name="Priya Anand Singh").initials == "PS"
    assert User(name="Jun").initials == "J"
    assert User(email="jun.park@example.edu").display_name == "jun.park"


@pytest.mark.parametrize("path", ["account_email", "account_change_password", "account_logout"])
def test_account_pages_have_our_look(path: str, bob: User, sign_in: SignIn) -> None:
    page: Any = sign_in(bob).get(reverse(path))
    assert page.status_code == 200
    assert 'class="brand"' in page.content.decode()
