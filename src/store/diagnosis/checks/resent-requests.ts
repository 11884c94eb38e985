import { signals } from '../../../signal.ts'
import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Requests that are sent again now and then are no sign of anything. */
const atLeast = 10
const share = 0.01

/** Do senders send again what was acknowledged? */
export function resentRequests({ traffic }: Figures): Diagnosis[] {
  const found = signals.flatMap((signal) => {
    const { requests, duplicates } = traffic[signal]
    if (duplicates < atLeast || duplicates < share * requests) return []
    const percent = ((duplicates / requests) * 100).toFixed(0)
    return [
      wrong(
        'resent',
        `${duplicates} requests with ${signal} (${percent} %) were sent again within the last hour although they had been stored.`,
        'Nothing is stored twice, but senders give up too early: raise OTEL_EXPORTER_OTLP_TIMEOUT, or look at what lies between them and this server.',
      ),
    ]
  })
  return found.length > 0 ? found : [fine('resent', 'Senders do not send again what was stored.')]
}
