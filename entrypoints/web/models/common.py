"""What the bodies of all resources share: strictness, money, and text that the domain's own value objects judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from domain.identifiers import AccountId
from domain.money import Currency, Money

MOST = 10**12  # minor units that one request may name


class In(BaseModel):
    """What a client sends: no unknown members, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass_transform(kw_only_default=True)
class Out:
    """What a client gets. It is ours to get right: every subclass is a dataclass, and nothing is validated."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(kw_only=True)(cls)


class Told:
    """Says in a JSON schema what a value object takes."""

    def __init__(self, **schema: Any) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), **self._schema}


def text(make: Callable[[str], object]) -> GetPydanticSchema:
    """A JSON string made into a value object, whose `ValueError` says what is wrong and never repeats the text."""
    return GetPydanticSchema(
        lambda _source, _handler: core_schema.no_info_after_validator_function(
            make, core_schema.str_schema(strict=True)
        )
    )


def shown(*examples: dict[str, Any]) -> ConfigDict:
    """The configuration of a body that the documentation shows an example of."""
    return ConfigDict(json_schema_extra={"examples": [*examples]})


def absent() -> Any:  # noqa: ANN401  # stands for a member that was left out, whatever its type
    """The default of a member that may be left out but not be null; `model_fields_set` tells."""
    return None


CurrencyCode = Annotated[Currency, text(Currency), Told(pattern="^[A-Z]{3}$", examples=["EUR"])]
AnAccountId = Annotated[AccountId, Field(pattern=r"^[!-~]{1,64}$")]


class MoneyIn(In):
    """A positive amount, in minor units."""

    amount: Annotated[int, Field(ge=1, le=MOST, examples=[1200])]
    currency: CurrencyCode

    def money(self) -> Money:
        return Money(self.amount, self.currency)


class MoneyOut(Out):
    """An amount in minor units; negative where money left."""

    amount: Annotated[int, Field(examples=[1200])]
    currency: Annotated[str, Field(examples=["EUR"])]

    @classmethod
    def of(cls, money: Money) -> MoneyOut:
        return cls(amount=money.amount, currency=money.currency)
