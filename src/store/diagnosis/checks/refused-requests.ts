import type { ErrorCode } from '../../../errors.ts'
import { signals } from '../../../signal.ts'
import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

const advice: Partial<Record<ErrorCode, string>> = {
  SPOOL_FULL:
    'The engine has not taken what was received before: see why it is behind. Senders try again by themselves.',
  DISK_FULL: 'Free some space on the disk of the data folder. Senders try again by themselves.',
  OTLP_MALFORMED:
    'A sender does not speak OTLP, or something between cuts bodies off: its own log names the address it sends to.',
}

/** Was anything refused within the last hour? */
export function refusedRequests({ traffic }: Figures): Diagnosis[] {
  const found: Diagnosis[] = []
  for (const signal of signals) {
    const { requests, refused, rejected } = traffic[signal]
    for (const [code, count] of Object.entries(refused) as [ErrorCode, number][]) {
      found.push(
        wrong(
          'refused',
          `${count} of ${requests} requests with ${signal} were refused within the last hour (${code}).`,
          advice[code] ?? 'The log of the server says more.',
        ),
      )
    }
    if (rejected === 0) continue
    found.push(
      wrong(
        'refused',
        `${rejected} records of ${signal} could not be stored within the last hour and were rejected.`,
        'Their sender was told why in its answer (partial success): read its log.',
      ),
    )
  }
  return found.length > 0 ? found : [fine('refused', 'Nothing was refused within the last hour.')]
}
