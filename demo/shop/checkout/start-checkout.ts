import { annotate, call, type Peer, peerPort } from '../lib/call.ts'
import { draw, drawMs } from '../lib/draw.ts'
import { log } from '../lib/log.ts'
import { pauseUntil } from '../lib/pause.ts'
import { type Reply, type ShopRequest, startService } from '../lib/service.ts'
import { paymentAttributes, type Session } from '../lib/session.ts'
import type { Build } from './build.ts'
import { quoteFor } from './carriers.ts'
import { readConfig } from './config.ts'
import { chargeFor } from './providers.ts'
import { settle } from './settle.ts'

/** Share of reads that the cart store refuses, in every version. */
const refusedShare = 0.0015
const centsPerItem = 2490
const noSession: Reply = { status: 400, body: { error: 'no session' } }
const storeRefused: Reply = { status: 503, body: { error: 'cart store is busy' } }

/** Serves checkout with what is special about one version. */
export function startCheckout(build: Build): void {
  const config = readConfig()
  const inventory: Peer = { name: 'inventory', port: peerPort('INVENTORY_PORT') }
  const providers: Record<string, Peer> = {
    northpay: { name: 'northpay', port: peerPort('NORTHPAY_PORT') },
    bluecard: { name: 'bluecard', port: peerPort('BLUECARD_PORT') },
  }

  async function addItem(request: ShopRequest): Promise<Reply> {
    const started = performance.now()
    if (request.session === null) return noSession
    const sku: unknown = Reflect.get(Object(request.body), 'sku')
    if (typeof sku !== 'string') return { status: 400, body: { error: 'no product named' } }
    const reserved = await call(inventory, request, {
      method: 'POST',
      route: '/reservations/:sku',
      path: `/reservations/${encodeURIComponent(sku)}`,
    })
    await pauseUntil(started, drawMs('add item', request.id, 20, 0.25))
    if (reserved.status === 503) return { status: 503, body: { error: 'stock is busy' } }
    return { status: reserved.status, body: { items: request.session.cartSize + 1 } }
  }

  async function shipping({ id, session }: ShopRequest): Promise<Reply> {
    if (session === null) return noSession
    const options = await build.shippingOptions(customerOf(session), quoteFor(id))
    if (refused(id)) return storeRefused
    return { status: 200, body: { options } }
  }

  async function placeOrder(request: ShopRequest): Promise<Reply> {
    const started = performance.now()
    const { id, session } = request
    if (session === null) return noSession
    annotate(paymentAttributes(session))
    const order = {
      id: id.replaceAll('.', '-'),
      cents: session.cartSize * centsPerItem,
      provider: session.provider,
    }
    if (order.cents > config.ORDER_LIMIT_CENTS) {
      return { status: 422, body: { error: 'an order of this size needs a call' } }
    }
    const paid = settle(await build.pay(order, chargeFor(request, providers, config)), config)
    if (paid.state === 'failed') {
      log.error('order not paid', { 'app.order.id': order.id })
      return { status: 502, body: { error: 'the payment failed' } }
    }
    await call(inventory, request, {
      method: 'POST',
      route: '/shipments/:order',
      path: `/shipments/${order.id}`,
    })
    await pauseUntil(started, drawMs('order', id, 250, 0.04))
    log.info('order placed', { 'app.order.id': order.id, 'app.order.cents': order.cents })
    return { status: 200, body: { order: order.id, receipt: paid.receipt } }
  }

  startService([
    { method: 'GET', path: '/cart', handle: cart },
    { method: 'POST', path: '/cart/items', handle: addItem },
    { method: 'GET', path: '/shipping-options', handle: shipping },
    { method: 'POST', path: '/orders', handle: placeOrder },
  ])
}

async function cart({ id, session }: ShopRequest): Promise<Reply> {
  const started = performance.now()
  if (session === null) return noSession
  await pauseUntil(started, drawMs('cart', id, 16, 0.3))
  if (refused(id)) return storeRefused
  return {
    status: 200,
    body: { items: session.cartSize, cents: session.cartSize * centsPerItem },
  }
}

function refused(id: string): boolean {
  if (draw('refused', id) >= refusedShare) return false
  log.error('cart store is busy')
  return true
}

function customerOf(session: Session): { locale: string; accountAgeDays: number } {
  return { locale: session.locale, accountAgeDays: session.accountAgeDays }
}
