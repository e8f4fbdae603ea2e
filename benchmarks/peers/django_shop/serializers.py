"""What comes in and what goes out."""

from typing import Any

from rest_framework import serializers

from benchmarks.peers.django_shop.models import Order, OrderLine, Product


class ItemIn(serializers.Serializer):
    sku = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField(min_value=1, max_value=999)


class PaymentIn(serializers.Serializer):
    method = serializers.ChoiceField(["balance"])


class OrderIn(serializers.Serializer):
    items = ItemIn(many=True, allow_empty=False)
    payment = PaymentIn()


def money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


class LineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="product.sku")
    unit_price = serializers.SerializerMethodField()

    class Meta:
        model = OrderLine
        fields = ["sku", "name", "quantity", "unit_price"]

    def get_unit_price(self, line: OrderLine) -> dict[str, Any]:
        return money(line.unit_price, line.order.currency)


class OrderOut(serializers.ModelSerializer):
    order_id = serializers.CharField(source="pk")
    id = serializers.CharField(source="pk")
    total = serializers.SerializerMethodField()
    lines = LineOut(many=True)
    payment = serializers.SerializerMethodField()
    message = serializers.CharField(default="Order confirmed")

    class Meta:
        model = Order
        fields = ["order_id", "id", "status", "total", "lines", "payment", "created_at", "message"]

    def get_total(self, order: Order) -> dict[str, Any]:
        return money(order.total, order.currency)

    def get_payment(self, order: Order) -> dict[str, str]:
        return {"method": order.payment_method, "status": order.payment_status}


class ProductOut(serializers.ModelSerializer):
    price = serializers.SerializerMethodField()
    available = serializers.IntegerField(source="on_hand")

    class Meta:
        model = Product
        fields = ["sku", "name", "price", "available"]

    def get_price(self, product: Product) -> dict[str, Any]:
        return money(product.price, product.currency)
