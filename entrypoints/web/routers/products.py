"""The catalog: read by anybody, kept by the staff."""

from __future__ import annotations

import hashlib

from domain.errors import Forbidden, InsufficientStock, NotFound, OutOfRange, SkuTaken, Unauthenticated
from entrypoints.web.conditions import IfNoneMatch
from entrypoints.web.declared import NOT_MODIFIED, problems
from entrypoints.web.given import Run
from entrypoints.web.lists import Wanted
from entrypoints.web.models.catalog import (
    AdjustmentIn,
    AdjustmentOut,
    ProductIn,
    ProductOut,
    ProductPatchIn,
    ProductsOut,
)
from entrypoints.web.problems import pointing
from entrypoints.web.reply import Reply, etag
from entrypoints.web.route import router as new_router
from service_layer.commands import ListProducts, SeeProduct
from service_layer.handlers import catalog
from service_layer.views import Page, ProductView

router = new_router("products")


@router.get("/products/", responses=NOT_MODIFIED)
async def list_products(run: Run, wanted: Wanted, known: IfNoneMatch) -> Reply[ProductsOut]:
    """Everything for sale, by SKU."""
    page = await run(catalog.list_products, ListProducts(after=wanted.after, limit=wanted.limit))
    data = [ProductOut.of(view) for view in page.data]
    link = wanted.link(data[-1].sku if page.has_more else None)
    return known.reply(ProductsOut(data=data, has_more=page.has_more), _tag_of(page), link)


@router.get("/products/{sku}", responses=NOT_MODIFIED | problems(NotFound))
async def see_product(sku: str, run: Run, known: IfNoneMatch) -> Reply[ProductOut]:
    """One product."""
    view = await run(catalog.see_product, SeeProduct(sku=sku))
    return known.reply(ProductOut.of(view), view.tag)


@router.post("/products/", status_code=201, responses=problems(Unauthenticated, Forbidden, SkuTaken))
async def add_product(body: ProductIn, run: Run) -> Reply[ProductOut]:
    """Something new for sale."""
    view = await run(catalog.add_product, body.command())
    return Reply(ProductOut.of(view), {"Location": f"/products/{view.sku}", **etag(view.tag)})


@router.patch("/products/{sku}", responses=problems(Unauthenticated, Forbidden, NotFound))
async def change_product(sku: str, body: ProductPatchIn, run: Run) -> Reply[ProductOut]:
    """A new name or price; orders already placed keep theirs."""
    view = await run(catalog.change_product, body.command(sku))
    return Reply(ProductOut.of(view), etag(view.tag))


@router.post(
    "/products/{sku}/stock-adjustments",
    status_code=201,
    responses=problems(Unauthenticated, Forbidden, NotFound, InsufficientStock),
)
async def adjust_stock(sku: str, body: AdjustmentIn, run: Run) -> AdjustmentOut:
    """More, or less, of a product than the books say; never less than is promised to pending orders."""
    with pointing("/delta", OutOfRange):
        return AdjustmentOut.of(await run(catalog.adjust_stock, body.command(sku)))


def _tag_of(page: Page[ProductView]) -> str:
    """Changes whenever anything on the page does."""
    versions = " ".join(f"{view.sku} {view.tag}" for view in page.data)
    return hashlib.sha256(f"{versions} {page.has_more}".encode()).hexdigest()[:32]
