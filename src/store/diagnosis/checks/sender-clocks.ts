import { type Diagnosis, fine, unknown, wrong } from '../diagnosis.ts'
import type { Figures, SenderDelay } from '../figures.ts'

/** Seconds by which spans may end before they arrive: what synchronised clocks differ at most. */
const ahead = 2
/** Seconds that exporters, collectors and the spool usually need at most. */
const late = 60
/** How many senders are named. */
const named = 5
/** After an import, old spans look like those of a sender that is late. */
const importShadow = 11 * 60_000

/**
 * Are the clocks of the senders right? A span that arrives before it ended comes from a clock that is ahead. One that
 * arrives long after comes from a clock that is behind, if every span is late by the same time, or from an exporter that
 * holds spans back, if the times differ.
 */
export function senderClocks({ at, senders, health }: Figures): Diagnosis[] {
  if (senders === null) return []
  const fast = senders.filter(({ low }) => low < -ahead).toSorted((a, b) => a.low - b.low)
  const slow = senders.filter(({ low }) => low > late).toSorted((a, b) => b.low - a.low)
  const found = fast
    .slice(0, named)
    .map((sender) => clockAhead(sender, fast.length === senders.length))
  const lastImport = health.imports?.last ?? null
  const imported = lastImport !== null && Date.parse(at) - Date.parse(lastImport) < importShadow
  if (imported && slow.length > 0) {
    found.push(
      unknown(
        'clocks',
        'Files were imported within the last minutes: which senders are late cannot be told from them.',
        'Ask again ten minutes after the import.',
      ),
    )
  } else if (health.spool.lag > late && slow.length > 0) {
    found.push(
      unknown(
        'clocks',
        'Rows wait in the spool: which senders are late cannot be told from that.',
        'Ask again when the spool is empty.',
      ),
    )
  } else found.push(...slow.slice(0, named).map(behind))
  const more = fast.length + (imported ? 0 : slow.length) - named
  if (more > 0 && found.length >= named) {
    found.push(
      wrong(
        'clocks',
        `${more} more senders have a wrong clock or are late.`,
        'See the figures of --json.',
      ),
    )
  }
  return found.length > 0
    ? found
    : [fine('clocks', 'The clocks of the senders agree with this one.')]
}

function clockAhead(sender: SenderDelay, all: boolean): Diagnosis {
  return wrong(
    'clocks',
    `The clock of ${nameOf(sender)} is ahead by at least ${seconds(-sender.low)}.`,
    all
      ? 'Every sender seems to be ahead: see first whether the clock of this machine (or of the ClickHouse server) is behind.'
      : 'Synchronise it (NTP): its spans fall into windows of time that have not come yet.',
  )
}

function behind(sender: SenderDelay): Diagnosis {
  const { low, high, median } = sender
  if (high - low <= Math.max(10, 0.2 * low)) {
    return wrong(
      'clocks',
      `All spans of ${nameOf(sender)} arrive ${seconds(median)} after they ended: its clock is probably behind by about that.`,
      'Synchronise it (NTP): its spans are missing in the windows of time in which they happened.',
    )
  }
  return wrong(
    'clocks',
    `Spans of ${nameOf(sender)} arrive late, ${seconds(low)} to ${seconds(high)} after they ended.`,
    'Look at the queue of its exporter or collector. What is later than --judge-lag is missing when a release is judged.',
  )
}

const nameOf = ({ service, instance }: SenderDelay): string =>
  instance === '' ? service || 'a service without a name' : `${service} (instance ${instance})`

function seconds(value: number): string {
  if (value >= 2 * 86_400) return `${Math.round(value / 86_400)} days`
  if (value >= 2 * 3600) return `${(value / 3600).toFixed(1)} hours`
  if (value >= 120) return `${(value / 60).toFixed(1)} minutes`
  return `${value.toFixed(1)} s`
}
