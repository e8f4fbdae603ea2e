"""Passwords: hashed with Argon2id, and refused where everybody would guess them."""

from collections.abc import Callable
from importlib.resources import files
from time import process_time

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords

GOOD = "a-long-and-uncommon-phrase"


def fast(memory_cost: int = 16, time_cost: int = 2, parallelism: int = 1) -> Argon2Passwords:
    return Argon2Passwords(memory_cost=memory_cost, time_cost=time_cost, parallelism=parallelism)


class TestArgon2:
    def test_a_password_verifies_against_its_hash_and_no_other_does(self):
        passwords = fast()
        hashed = passwords.hash(GOOD)

        assert passwords.verify(GOOD, hashed)
        assert not passwords.verify(GOOD + "!", hashed)
        assert not passwords.verify(GOOD, None)

    def test_a_hash_holds_neither_the_password_nor_anything_predictable(self):
        passwords = fast()

        assert GOOD not in passwords.hash(GOOD)
        assert passwords.hash(GOOD) != passwords.hash(GOOD)

    def test_the_defaults_are_those_of_owasp(self):
        made = extract_parameters(Argon2Passwords().hash(GOOD))

        assert (made.type, made.memory_cost, made.time_cost, made.parallelism) == (Type.ID, 19_456, 2, 1)
        assert (made.salt_len, made.hash_len, made.version) == (16, 32, 19)

    @pytest.mark.parametrize(
        ("one", "another"),
        [
            ("x" * 127 + "a", "x" * 127 + "b"),  # bcrypt would cut both at 72 bytes
            ("before\0after", "before\0other"),  # C would end both at the NUL
            ("pass word ", "pass word"),
            ("ÉTÉ-à-la-mer", "été-à-la-mer"),
            ("caf\u00e9-noir", "cafe\u0301-noir"),
            ("🔐" * 128, "🔐" * 127),
        ],
    )
    def test_a_password_is_never_cut_or_changed(self, one: str, another: str):
        passwords = fast()
        hashed = passwords.hash(one)

        assert passwords.verify(one, hashed)
        assert not passwords.verify(another, hashed)

    @pytest.mark.parametrize(
        "malformed",
        [
            "",
            "x",
            "$argon2id$",
            "$argon2id$v=19$m=16,t=2,p=1$c2FsdA",
            "$argon2id$v=19$m=x,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=4294967296,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=16,t=2,p=1$!!!!$????",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$é",
            "\0",
            "\ud800",
        ],
    )
    def test_a_malformed_hash_fits_no_password_and_is_outdated(self, malformed: str):
        assert not fast().verify(GOOD, malformed)
        assert fast().outdated(malformed)

    def test_text_that_is_not_unicode_fits_no_hash(self):
        passwords = fast()

        assert not passwords.verify("\ud800" * 8, passwords.hash(GOOD))
        assert not passwords.verify("\ud800" * 8, None)

    def test_an_unknown_user_takes_the_time_of_a_known_one(self):
        passwords = fast(memory_cost=8_192)
        hashed = passwords.hash(GOOD)

        known = min(spent(passwords.verify, "wrong", hashed) for _ in range(5))
        unknown = min(spent(passwords.verify, "wrong", None) for _ in range(5))

        assert known / 3 < unknown < known * 3

    @pytest.mark.parametrize("stronger", [{"memory_cost": 32}, {"time_cost": 3}, {"parallelism": 2}])
    def test_a_hash_is_outdated_once_a_parameter_rises(self, stronger: dict[str, int]):
        hashed = fast().hash(GOOD)

        assert fast(**stronger).outdated(hashed)
        assert fast(**stronger).verify(GOOD, hashed)
        assert not fast().outdated(hashed)

    def test_a_stronger_hash_than_todays_is_kept(self):
        assert not fast().outdated(fast(memory_cost=64, time_cost=3).hash(GOOD))

    @pytest.mark.parametrize(("kind", "outdated"), [(Type.ID, False), (Type.I, True), (Type.D, True)])
    def test_only_argon2id_is_up_to_date_though_its_kin_still_verifies(self, kind: Type, outdated: bool):
        hashed = PasswordHasher(memory_cost=16, time_cost=2, parallelism=1, type=kind).hash(GOOD)

        assert fast().verify(GOOD, hashed)
        assert fast().outdated(hashed) is outdated


def spent(work: Callable[..., object], *arguments: object) -> float:
    begin = process_time()
    work(*arguments)
    return process_time() - begin


class TestCommon:
    @pytest.mark.parametrize(
        "password", ["password123", "PASSWORD123", "1234567890", "QwertyUiop", "p@ssw0rd", "ｐａｓｓｗｏｒｄ"]
    )
    def test_what_everybody_tries_is_weak(self, password: str):
        reason = CommonPasswords().weak(password)

        assert reason and reason.endswith(".") and password not in reason

    @pytest.mark.parametrize(
        "password",
        [
            "Grace Hopper",
            "grace hopper",
            "GraceHopper",
            "grace-hopper_1906",
            "Hopper1906",
            "grace.hopper@navy.example",
            "GRACE.HOPPER@NAVY.EXAMPLE",
            "grace.hopper",
            "grace.hopper!2024",
        ],
    )
    def test_ones_own_name_or_address_is_weak(self, password: str):
        reason = CommonPasswords().weak(password, "Grace Hopper", "grace.hopper@navy.example")

        assert reason and reason.endswith(".") and "own" in reason
        assert CommonPasswords().weak(password, "Ada Byron", "ada@example.com") is None

    @pytest.mark.parametrize(
        ("password", "name"),
        [
            (GOOD, "Grace Hopper"),
            ("grace-hopper-invented-the-linker", "Grace Hopper"),
            ("kjh28sd7f1", "Jo"),
            ("82736455", "Grace"),
            ("!?!?!?!?", "-"),
            ("παράθυρο-στον-ήλιο", "Ελένη"),
            ("abcd-efgh-ijkl", ""),
        ],
    )
    def test_a_good_password_is_let_through(self, password: str, name: str):
        assert CommonPasswords().weak(password, name, "someone@example.com") is None

    def test_names_in_any_script_count(self):
        assert CommonPasswords().weak("ΕΛΈΝΗ ΠΑΠΠΆ 1984", "Ελένη Παππά")
        assert CommonPasswords().weak("strasse-weiß", "Strasse Weiss")

    def test_the_list_is_long_sorted_folded_and_has_only_what_can_be_a_password(self):
        words = (files("adapters.passwords") / "common.txt").read_text("utf-8").splitlines()

        assert 3_000 <= len(words) <= 10_000
        assert words == sorted(set(words))
        assert all(word == word.casefold() == word.strip() and 8 <= len(word) <= 128 for word in words)
