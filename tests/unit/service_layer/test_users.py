"""Users: looked at, renamed, made staff."""

from __future__ import annotations

import pytest

from domain.errors import Forbidden, NotFound, Stale, Unauthenticated
from domain.users import Email, Role
from service_layer.commands import ChangePassword, CheckLaws, GrantStaff, LogIn, Rename, SeeMe, SignUp
from service_layer.handlers.ops import check_laws
from service_layer.handlers.sessions import log_in
from service_layer.handlers.users import change_password, grant_staff, my_credentials, rename, see_me, sign_up
from service_layer.visitor import Visitor
from tests.kit.shop import PASSWORD_HASH, Shop


def test_one_sees_oneself(shop: Shop):
    ada = shop.account(balance=10)

    me = shop.do(see_me, SeeMe(), ada)

    assert me == shop.do(see_me, SeeMe(user_id=ada.user), ada)
    assert (me.id, me.name, me.email, [account.balance.amount for account in me.accounts]) == (
        ada.user,
        "Ada",
        str(ada.email),
        [10],
    )


def test_and_nobody_else(shop: Shop):
    ada, eve = shop.account(), shop.account()

    for other in (ada.user, "no-such-user"):
        with pytest.raises(NotFound):
            shop.do(see_me, SeeMe(user_id=other), eve)
    for handler in (see_me, my_credentials):
        with pytest.raises(Unauthenticated):
            shop.do(handler, SeeMe(), Visitor())


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "\ud800", "x" * 201])
def test_a_name_is_a_name(shop: Shop, name: str):
    ada = shop.account()
    tag = shop.do(see_me, SeeMe(), ada).tag

    with shop.refuses(ValueError):
        shop.do(sign_up, SignUp(name=name, email=Email("x@example.com"), password_hash="h"))  # noqa: S106
    with shop.refuses(ValueError, ada):
        shop.do(rename, Rename(name=name, tags=frozenset({tag})), ada)


def test_a_new_name_gets_a_new_tag(shop: Shop):
    ada = shop.account()
    tag = shop.do(see_me, SeeMe(), ada).tag

    renamed = shop.do(rename, Rename(name="Lovelace", tags=frozenset({"other", tag})), ada)

    assert renamed.name == "Lovelace" and renamed.tag != tag and shop.do(see_me, SeeMe(), ada) == renamed


def test_who_read_it_before_somebody_else_changed_it_has_to_read_again(shop: Shop):
    ada, bob = shop.account(balance=10), shop.account()
    tag = shop.do(see_me, SeeMe(), ada).tag
    shop.transfer(ada, bob, 1)

    with shop.refuses(Stale, ada):
        shop.do(rename, Rename(name="Lovelace", tags=frozenset({tag})), ada)
    with shop.refuses(Stale, ada):
        shop.do(rename, Rename(name="Lovelace", tags=frozenset()), ada)


def test_any_tag_will_do_where_one_says_so(shop: Shop):
    ada = shop.account()

    assert shop.do(rename, Rename(name="Lovelace", tags=frozenset({"*"})), ada).name == "Lovelace"


def test_a_change_of_nothing_is_no_change(shop: Shop):
    ada = shop.account()
    before, tag = shop.books(), shop.do(see_me, SeeMe(), ada).tag

    assert shop.do(rename, Rename(name=None, tags=frozenset({tag})), ada).tag == tag

    assert shop.books() == before


def test_nobody_is_renamed_without_a_log_in(shop: Shop):
    stranger = Visitor()

    with shop.refuses(Unauthenticated, stranger):
        shop.do(rename, Rename(name="Lovelace", tags=frozenset({"*"})), stranger)


def test_a_password_is_changed_only_if_it_is_still_the_one_that_was_checked(shop: Shop):
    ada = shop.account()

    with shop.refuses(Stale, ada):
        shop.do(change_password, ChangePassword(checked_hash="another", password_hash="new"), ada)  # noqa: S106


def test_staff_may_from_the_next_log_in_on(shop: Shop):
    ada = shop.account()
    with pytest.raises(Forbidden):
        shop.do(check_laws, CheckLaws(), ada)

    shop.do(grant_staff, GrantStaff(email=Email(str(ada.email).upper())))
    with pytest.raises(Unauthenticated):
        shop.do(check_laws, CheckLaws(), ada)
    shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), ada)

    assert [law.ok for law in shop.do(check_laws, CheckLaws(), ada)] == [True] * 12
    assert shop.session(ada).roles == {Role.STAFF}


def test_who_is_staff_already_is_made_staff_again_and_stays_logged_in(shop: Shop):
    ada = shop.account()
    shop.do(grant_staff, GrantStaff(email=ada.email))
    shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), ada)

    shop.do(grant_staff, GrantStaff(email=ada.email))

    assert shop.session(ada).user_id == ada.user


def test_nobody_unknown_is_made_staff(shop: Shop):
    with shop.refuses(NotFound):
        shop.do(grant_staff, GrantStaff(email=Email("nobody@example.com")))


def test_the_laws_are_for_the_staff(shop: Shop):
    with pytest.raises(Unauthenticated):
        shop.do(check_laws, CheckLaws(), Visitor())


def test_laws_that_do_not_hold_are_counted():
    shop = Shop()
    ada = shop.account(balance=10)

    with shop.unit() as uow:
        uow.accounts.get(ada.account).balance += uow.accounts.get(ada.account).balance
        uow.commit()

    assert shop.laws() == {"L2": 1}
