"""The views; each request is one transaction, and the session middleware saves the session after it."""

import hashlib
import json
from typing import Any

from django.db.models import F
from rest_framework import generics, permissions
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.peers.django_shop.models import Account, Entry, IdempotencyKey, Order, OrderLine, OutboxEvent, Product
from benchmarks.peers.django_shop.serializers import OrderIn, OrderOut, ProductOut


class Conflict(APIException):
    status_code = 409


class PaymentRequired(APIException):
    status_code = 402


class PlaceOrder(APIView):
    def post(self, request: Request) -> Response:
        key = request.headers.get("Idempotency-Key", "").strip('"')
        fingerprint = hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
        seen = IdempotencyKey.objects.filter(user=request.user, key=key).first() if key else None
        if seen is not None and seen.fingerprint != fingerprint:
            raise ValidationError("idempotency-key-reused")
        answer = seen.answer if seen is not None else self.place(request, key, fingerprint)
        request.session["last_order_id"] = answer["order_id"]
        return Response(answer, status=201, headers={"Location": f"/orders/{answer['order_id']}"})

    def place(self, request: Request, key: str, fingerprint: str) -> dict[str, Any]:
        body = OrderIn(data=request.data)
        body.is_valid(raise_exception=True)
        account = Account.objects.get(user=request.user)
        order = Order.objects.create(
            user=request.user,
            status="confirmed",
            total=0,
            currency=account.currency,
            payment_method="balance",
            payment_status="captured",
        )
        items = sorted(body.validated_data["items"], key=lambda item: item["sku"])
        lines = [OrderLine(order=order, **take_stock(item["sku"], item["quantity"])) for item in items]
        OrderLine.objects.bulk_create(lines)
        order.total = sum(line.unit_price * line.quantity for line in lines)
        order.save(update_fields=["total"])
        if not Account.objects.filter(pk=account.pk, balance__gte=order.total).update(
            balance=F("balance") - order.total
        ):
            raise PaymentRequired("insufficient-funds")
        Entry.objects.bulk_create(
            [Entry(order=order, account=account, amount=-order.total), Entry(order=order, amount=order.total)]
        )
        OutboxEvent.objects.create(kind="OrderConfirmed", payload={"order_id": order.pk, "total": order.total})
        answer = OrderOut(order).data
        if key:
            IdempotencyKey.objects.create(user=request.user, key=key, fingerprint=fingerprint, answer=answer)
        return answer


def take_stock(sku: str, quantity: int) -> dict[str, Any]:
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise NotFound("unknown-sku")
    if not Product.objects.filter(pk=product.pk, on_hand__gte=quantity).update(on_hand=F("on_hand") - quantity):
        raise Conflict("insufficient-stock")
    return {"product": product, "name": product.name, "quantity": quantity, "unit_price": product.price}


class ReadOrder(generics.RetrieveAPIView):
    serializer_class = OrderOut

    def get_queryset(self) -> Any:
        return Order.objects.filter(user=self.request.user).prefetch_related("lines__product")


class ListProducts(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request: Request) -> Response:
        limit = int(request.query_params.get("limit", 20))
        found = list(
            Product.objects.filter(sku__gt=request.query_params.get("starting_after", "")).order_by("sku")[: limit + 1]
        )
        return Response({"data": ProductOut(found[:limit], many=True).data, "has_more": len(found) > limit})
