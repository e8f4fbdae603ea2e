"""Rows to the service's own records and back."""

from __future__ import annotations

from adapters.sql.values import Row, micros, micros_or_none, moment, moment_or_none
from service_layer.records import AttemptRecord, KeyRecord, Message, SessionRecord


def key_row(record: KeyRecord) -> Row:
    return (
        record.id, record.fingerprint, micros(record.expires_at), record.answer, record.payment_id, record.version,
    )  # fmt: skip


def key_of(row: Row) -> KeyRecord:
    key, fingerprint, expires_at, answer, payment_id, version = row
    return KeyRecord(
        id=key,
        fingerprint=fingerprint,
        expires_at=moment(expires_at),
        answer=answer,
        payment_id=payment_id,
        version=version,
    )


def session_row(record: SessionRecord) -> Row:
    return (
        record.key, record.handle, record.user_id, record.roles, micros_or_none(record.authenticated_at),
        record.last_order_id, record.preferences, micros(record.created_at), micros(record.last_seen_at),
        micros(record.expires_at), record.user_agent, record.ip, record.version,
    )  # fmt: skip


def session_of(row: Row) -> SessionRecord:
    (
        key, handle, user_id, roles, authenticated_at, last_order_id, preferences,
        created_at, last_seen_at, expires_at, user_agent, ip, version,
    ) = row  # fmt: skip
    return SessionRecord(
        key=key,
        handle=handle,
        user_id=user_id,
        roles=roles,
        authenticated_at=moment_or_none(authenticated_at),
        last_order_id=last_order_id,
        preferences=preferences,
        created_at=moment(created_at),
        last_seen_at=moment(last_seen_at),
        expires_at=moment(expires_at),
        user_agent=user_agent,
        ip=ip,
        version=version,
    )


def attempt_row(record: AttemptRecord) -> Row:
    return (record.key, record.failures, micros(record.expires_at), record.version)


def attempt_of(row: Row) -> AttemptRecord:
    key, failures, expires_at, version = row
    return AttemptRecord(key=key, failures=failures, expires_at=moment(expires_at), version=version)


def message_row(message: Message) -> Row:
    return (
        message.id, message.name, message.payload, micros(message.created_at), micros(message.due_at),
        message.attempts, message.version,
    )  # fmt: skip


def message_of(row: Row) -> Message:
    key, name, payload, created_at, due_at, attempts, version = row
    return Message(
        id=key,
        name=name,
        payload=payload,
        created_at=moment(created_at),
        due_at=moment(due_at),
        attempts=attempts,
        version=version,
    )
