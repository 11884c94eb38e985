import { parseComparisonTime } from '../cohorts/compare/comparison-time.ts'
import { AftergreenError } from '../errors.ts'

/** Clocks of two machines may differ by this much. */
const skewMillis = 60_000

/**
 * A moment that is over: `2h ago` (or `2h`), or a time in ISO 8601 (UTC where it names no zone).
 * @param now ms since 1970
 * @returns ms since 1970
 * @throws INVALID_REQUEST for what is no time, and for a time to come
 */
export function parseMoment(text: string, now: number): number {
  const moment = parseComparisonTime(text.trim().replace(/\s+ago$/, ''), now)
  if (moment <= now + skewMillis) return Math.min(moment, now)
  throw new AftergreenError('INVALID_REQUEST', `"${text}" is a time to come.`, {
    hint: 'Give a time that is over, such as 2h ago or 2026-11-23T10:00:00Z.',
  })
}
