/** One payment provider's gateway: which one, the environment variable PAYMENT_PROVIDER says. */
import { draw, drawMs } from '../lib/draw.ts'
import { log } from '../lib/log.ts'
import { annotate } from '../lib/call.ts'
import { pauseUntil } from '../lib/pause.ts'
import { startService } from '../lib/service.ts'
import { paymentAttributes } from '../lib/session.ts'
import { chargeOutcome, refusedBy } from './charge-outcome.ts'

const provider = process.env['PAYMENT_PROVIDER'] ?? 'northpay'

startService([
  {
    method: 'POST',
    path: '/charges',
    async handle({ id, session, body }) {
      const started = performance.now()
      if (session !== null) annotate(paymentAttributes(session))
      const attempt = Number(Reflect.get(Object(body), 'attempt'))
      const luck = (what: string): number => draw(what, id)
      const refused = refusedBy(Reflect.get(Object(body), 'processor'), luck)
      if (refused !== null) {
        log.warn('charge refused', { 'app.charge.error': refused })
        return { status: 402, body: { error: refused } }
      }
      const outcome = chargeOutcome(provider, session?.cardType ?? '', attempt, luck)
      if (outcome !== 'charged') {
        log.warn('charge refused', { 'app.charge.error': outcome })
        return { status: outcome === 'issuer_unavailable' ? 502 : 503, body: { error: outcome } }
      }
      await pauseUntil(started, drawMs('charge', id, 210, 0.04))
      return { status: 200, body: { receipt: `${provider}-${id}` } }
    },
  },
])
