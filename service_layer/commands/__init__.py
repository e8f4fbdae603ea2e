"""What can be asked of the service."""

from service_layer.commands.accounts import Deposit, ListAccounts, ListEntries, MoveMoney, SeeAccount
from service_layer.commands.asking import Command, Keyed, Query, digest
from service_layer.commands.attempts import CountAttempt, ForgiveAttempt
from service_layer.commands.catalog import AddProduct, AdjustStock, ChangeProduct, ListProducts, SeeProduct
from service_layer.commands.ops import CheckLaws, ClaimMessages, CloseMessages
from service_layer.commands.orders import (
    CancelOrder,
    FulfillOrder,
    Item,
    ListOrders,
    PlaceOrder,
    QuoteOrder,
    SeeOrder,
    basket,
)
from service_layer.commands.payments import BookDeposit, ClaimPayments, CountWaiting, SeeReviews, Settle, Verdict
from service_layer.commands.sessions import (
    ChangePreferences,
    ClearExpired,
    EndSession,
    EndSessions,
    LogIn,
    LogOut,
    SeeSession,
    SeeSessions,
    Touch,
)
from service_layer.commands.users import ChangePassword, FindUser, GrantStaff, Rename, SeeMe, SignUp

__all__ = [
    "AddProduct",
    "AdjustStock",
    "BookDeposit",
    "CancelOrder",
    "ChangePassword",
    "ChangePreferences",
    "ChangeProduct",
    "CheckLaws",
    "ClaimMessages",
    "ClaimPayments",
    "ClearExpired",
    "CloseMessages",
    "Command",
    "CountAttempt",
    "CountWaiting",
    "Deposit",
    "EndSession",
    "EndSessions",
    "FindUser",
    "ForgiveAttempt",
    "FulfillOrder",
    "GrantStaff",
    "Item",
    "Keyed",
    "ListAccounts",
    "ListEntries",
    "ListOrders",
    "ListProducts",
    "LogIn",
    "LogOut",
    "MoveMoney",
    "PlaceOrder",
    "Query",
    "QuoteOrder",
    "Rename",
    "SeeAccount",
    "SeeMe",
    "SeeOrder",
    "SeeProduct",
    "SeeReviews",
    "SeeSession",
    "SeeSessions",
    "Settle",
    "SignUp",
    "Touch",
    "Verdict",
    "basket",
    "digest",
]
