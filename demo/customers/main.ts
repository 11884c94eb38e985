/** The customers of the shop, as a process of their own. STOREFRONT_PORT, SHOP_SEED, VISITS_PER_SECOND. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { peerPort } from '../shop/lib/call.ts'
import { encodeSession, sessionHeader } from '../shop/lib/session.ts'
import { onStop, stopWithParent } from '../shop/lib/stop.ts'
import type { CustomersReport } from './report.ts'
import { type Step, type Visit, visits } from './visit-plan.ts'

/** Visits at the same time; those who come when the shop is this full turn away. */
const mostVisits = 1200
const longestDrainMs = 2500

const storefront = new Pool(`http://127.0.0.1:${peerPort('STOREFRONT_PORT')}`, {
  connections: 128,
  bodyTimeout: 10_000,
  headersTimeout: 10_000,
})
const report: CustomersReport = {
  visits: 0,
  requests: 0,
  failures: 0,
  ordersPlaced: 0,
  ordersWithoutReceipt: 0,
  shed: 0,
}
let open = true
const underWay = new Set<Promise<void>>()

async function arrive(): Promise<void> {
  let due = performance.now()
  const seed = Number(process.env['SHOP_SEED'] ?? 1)
  for (const visit of visits(seed, Number(process.env['VISITS_PER_SECOND'] ?? 80))) {
    due += visit.afterMs
    const early = due - performance.now()
    if (early > 1) await sleep(early)
    if (!open) return
    if (underWay.size >= mostVisits) {
      report.shed++
      // a stalled process owes a burst; let it go instead of piling it up
      due = Math.max(due, performance.now() - 1000)
      continue
    }
    report.visits++
    const running: Promise<void> = run(visit).finally(() => underWay.delete(running))
    underWay.add(running)
  }
}

async function run(visit: Visit): Promise<void> {
  for (const [index, step] of visit.steps.entries()) {
    if (step.thinkMs > 0) await sleep(step.thinkMs)
    if (!open) return
    await request(visit, step, index)
  }
}

async function request(visit: Visit, step: Step, index: number): Promise<void> {
  report.requests++
  try {
    const answer = await storefront.request({
      method: step.method,
      path: step.path,
      headers: {
        [sessionHeader]: encodeSession({ ...visit.session, cartSize: step.cartSize }),
        'x-request-id': `${visit.session.id}.${index}`,
        ...(step.body === null ? {} : { 'content-type': 'application/json' }),
      },
      body: step.body === null ? null : JSON.stringify(step.body),
    })
    const body: unknown = await answer.body.json()
    if (answer.statusCode >= 500) report.failures++
    else if (step.path === '/orders') {
      report.ordersPlaced++
      if (Reflect.get(Object(body), 'receipt') === null) report.ordersWithoutReceipt++
    }
  } catch {
    report.failures++
  }
}

function say(): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

process.stdout.write('listening 0\n')
stopWithParent()
onStop(async () => {
  open = false
  await Promise.race([Promise.all(underWay), sleep(longestDrainMs)])
  say()
})
setInterval(say, 1000).unref()
await arrive()
