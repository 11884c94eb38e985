/** One payment provider's gateway: which one, the environment variable PAYMENT_PROVIDER says. */
import { draw, drawMs } from '../lib/draw.ts'
import { log } from '../lib/log.ts'
import { annotate } from '../lib/call.ts'
import { pauseUntil } from '../lib/pause.ts'
import { startService } from '../lib/service.ts'
import { paymentAttributes } from '../lib/session.ts'
import { chargeOutcome } from './charge-outcome.ts'

const provider = process.env['PAYMENT_PROVIDER'] ?? 'northpay'

startService([
  {
    method: 'POST',
    path: '/charges',
    async handle({ id, session, body }) {
      const started = performance.now()
      if (session !== null) annotate(paymentAttributes(session))
      const attempt = Number(Reflect.get(Object(body), 'attempt'))
      const outcome = chargeOutcome(provider, session?.cardType ?? '', attempt, (what) =>
        draw(what, id),
      )
      if (outcome !== 'charged') {
        log.warn('charge refused', { 'app.charge.error': outcome })
        return { status: outcome === 'issuer_unavailable' ? 502 : 503, body: { error: outcome } }
      }
      await pauseUntil(started, drawMs('charge', id, 210, 0.04))
      return { status: 200, body: { receipt: `${provider}-${id}` } }
    },
  },
])
