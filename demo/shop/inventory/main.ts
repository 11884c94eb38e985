import { draw, drawMs } from '../lib/draw.ts'
import { log } from '../lib/log.ts'
import { pauseUntil } from '../lib/pause.ts'
import { startService } from '../lib/service.ts'
import { openInventory } from './database.ts'

const inventory = openInventory(':memory:')

/** Share of reservations that meet a locked row and are refused. */
const lockedShare = 0.003

startService([
  {
    method: 'POST',
    path: '/reservations/:sku',
    async handle({ id, parameter: sku, session }) {
      const started = performance.now()
      if (draw('locked', id) < lockedShare) {
        log.error('stock row is locked', { 'app.sku': sku })
        return { status: 503, body: { error: 'locked' } }
      }
      const left = inventory.reserve(sku, session?.id ?? '')
      await pauseUntil(started, drawMs('inventory', id, 9, 0.3))
      if (left === null) return { status: 404, body: { error: 'no such product' } }
      return { status: 200, body: { sku, left } }
    },
  },
  {
    method: 'POST',
    path: '/shipments/:order',
    async handle({ id, parameter: order, session }) {
      const started = performance.now()
      const items = inventory.ship(order, session?.id ?? '')
      await pauseUntil(started, drawMs('inventory', id, 9, 0.3))
      return { status: 200, body: { order, items } }
    },
  },
])
