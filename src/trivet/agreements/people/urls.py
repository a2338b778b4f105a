"""The addresses of people, seats and the sign-in."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from trivet.agreements.people.access import for_whoever_is_signed_in, open_to_everybody
from trivet.agreements.people.sign_in import company
from trivet.agreements.people.views import (
    first_run,
    invitation,
    me,
    people,
    second_factor,
    story,
)

mine = for_whoever_is_signed_in

urlpatterns = [
    path("people", people.page, name="people"),
    path("people/first", first_run.page, name="first-run"),
    path("people/story", story.page, name="story"),
    path("people/invitations", people.invite_person, name="invite"),
    path("people/invitations/<int:person_id>/<token>", invitation.page, name="invitation"),
    path("people/<int:pk>/invitations", people.invite_again, name="invite-again"),
    path("people/<int:pk>/departure", people.leave, name="departure"),
    path("people/appointments", people.appoint_person, name="appoint"),
    path("people/tenures/<int:pk>/confirmation", people.confirm, name="confirm"),
    path("people/tenures/<int:pk>/end", people.end, name="end"),
    path("people/tenures/<int:pk>/delegations", people.lend, name="lend"),
    path("people/delegations/<int:pk>/end", people.take_back, name="take-back"),
    path("me", me.page, name="me"),
    path("me/password", mine(account.password_change), name="account_change_password"),
    # Who signs in at the company has no password here, and is given none.
    path("me/no-password", mine(RedirectView.as_view(url="/me")), name="account_set_password"),
    path("me/second-factor", mine(second_factor.page), name="mfa_index"),
    path("me/second-factor/app", mine(totp.activate_totp), name="mfa_activate_totp"),
    path("me/second-factor/app/end", mine(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "me/second-factor/codes", mine(recovery.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "me/second-factor/codes/new",
        mine(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("me/passkeys", mine(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("me/passkeys/new", mine(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("me/passkeys/<int:pk>/end", mine(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("sign-in", open_to_everybody(account.login), name="account_login"),
    path("sign-in/code", open_to_everybody(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", open_to_everybody(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/company", company.begin, name="company_sign_in"),
    path("sign-in/company/answer", company.answer, name="company_sign_in_answer"),
    path("sign-in/again", mine(account.reauthenticate), name="account_reauthenticate"),
    path("sign-in/again/code", mine(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey",
        mine(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-in/ended", open_to_everybody(account.account_inactive), name="account_inactive"),
    path("sign-out", open_to_everybody(account.logout), name="account_logout"),
]
