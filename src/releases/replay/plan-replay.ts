import { AftergreenError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import { evidenceEnd } from './evidence-end.ts'
import type { ReplayPlan, ReplayRequest } from './replay.ts'

/** Every look reads the whole window again: more of them would take longer than anybody waits. */
const maxLooks = 360
const usualSeconds = 60

/**
 * When a replay looks.
 * @param next when the next release of the service began, ms since 1970
 * @param now ms since 1970
 * @throws REPLAY_EMPTY where nothing could be judged, INVALID_REQUEST
 */
export async function planReplay(
  store: Store,
  recorded: RecordedRelease,
  { until, everySeconds = usualSeconds }: ReplayRequest,
  pace: JudgePace,
  next: number | null,
  now: number,
): Promise<ReplayPlan> {
  const { id, service, version, startedAt } = recorded.release
  const from = Date.parse(startedAt)
  const lag = pace.lagSeconds * 1000
  let end: { at: number; what: ReplayPlan['end'] }
  if (until === undefined) {
    const seen = await evidenceEnd(store, recorded.release, next ?? now)
    if (seen === null) {
      throw new AftergreenError(
        'REPLAY_EMPTY',
        `There is no telemetry of ${service} since ${startedAt}, when ${version} began.`,
        {
          hint: `Import it with "aftergreen import FILE…". Check service, environment and start of ${id}.`,
        },
      )
    }
    // the look that sees the last block whole
    const whole = from + blockEnd(seen.last - from, pace.blockSeconds * 1000) + lag
    // the live judge looks once more when the next release begins, and says so
    end =
      next === null
        ? { at: Math.min(whole, now), what: 'end of telemetry' }
        : { at: next + 1, what: 'next release' }
  } else end = { at: Math.min(Date.parse(until), now), what: 'asked for' }
  if (end.at <= from) {
    throw new AftergreenError('INVALID_REQUEST', `The replay would end before ${startedAt}.`, {
      hint: 'Give --until a time after the start of the release.',
    })
  }
  const asked = everySeconds * 1000
  const every = Math.max(asked, stepFor(end.at - from))
  return {
    from: startedAt,
    until: new Date(end.at).toISOString(),
    end: end.what,
    everySeconds: every / 1000,
    looks: Math.ceil((end.at - from) / every),
    widened: every > asked,
  }
}

/** The times of the looks, ms since 1970; the last one is the end. */
export function* lookTimes({ from, until, everySeconds, looks }: ReplayPlan): Generator<number> {
  for (let look = 1; look < looks; look++) yield Date.parse(from) + look * everySeconds * 1000
  yield Date.parse(until)
}

function blockEnd(offset: number, blockMillis: number): number {
  return (Math.floor(offset / blockMillis) + 1) * blockMillis
}

/** The shortest step with which a span takes at most as many looks as there may be: whole seconds, then minutes. */
function stepFor(span: number): number {
  const step = span / maxLooks
  const grain = step > 60_000 ? 60_000 : 1000
  return Math.ceil(step / grain) * grain
}
