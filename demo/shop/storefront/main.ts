import { annotate, call, peerPort } from '../lib/call.ts'
import { type Reply, type ShopRequest, startService } from '../lib/service.ts'
import { paymentAttributes } from '../lib/session.ts'

/** checkout, through the router that decides which version a session meets. */
const checkout = { name: 'checkout', port: peerPort('CHECKOUT_PORT') }

async function product(request: ShopRequest): Promise<Reply> {
  const shipping = await call(checkout, request, { method: 'GET', route: '/shipping-options' })
  return { status: shipping.status, body: { sku: request.parameter, shipping: shipping.body } }
}

function basket(request: ShopRequest): Promise<Reply> {
  return call(checkout, request, { method: 'GET', route: '/cart' })
}

function addToBasket(request: ShopRequest): Promise<Reply> {
  return call(checkout, request, { method: 'POST', route: '/cart/items', body: request.body })
}

function order(request: ShopRequest): Promise<Reply> {
  if (request.session !== null) annotate(paymentAttributes(request.session))
  return call(checkout, request, { method: 'POST', route: '/orders' })
}

startService([
  { method: 'GET', path: '/products/:sku', handle: product },
  { method: 'GET', path: '/basket', handle: basket },
  { method: 'POST', path: '/basket/items', handle: addToBasket },
  { method: 'POST', path: '/orders', handle: order },
])
