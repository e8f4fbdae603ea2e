"""Where the views are."""

from django.urls import path

from benchmarks.peers.django_shop import views

urlpatterns = [
    path("orders/", views.PlaceOrder.as_view()),
    path("orders/<int:pk>", views.ReadOrder.as_view()),
    path("products/", views.ListProducts.as_view()),
]
