import { AftergreenError } from '../../errors.ts'
import type { Verdict } from '../verdict.ts'
import { acceptable, blockersOf } from './blockers.ts'
import type { SignOff, SignOffRequest, Unknown } from './sign-off.ts'

/**
 * A sign-off over a verdict, where it may be given.
 * @param verdict the latest one, with ids
 * @param earlier sign-offs of the same release: what they accepted stays accepted
 * @param now ms since 1970
 * @throws SIGN_OFF_REFUSED where the verdict is not `hold`; SIGN_OFF_INCOMPLETE where an id is unknown or something that
 *   keeps the release at `hold` is not named
 */
export function makeSignOff(
  verdict: Verdict,
  { accept, by, note }: SignOffRequest,
  earlier: readonly SignOff[],
  now: number,
): SignOff {
  checkVerdict(verdict)
  const known = acceptable(verdict)
  const wanted = [...new Set(accept)]
  const unknown = wanted.filter((id) => known.every((one) => one.id !== id))
  const before = new Set(earlier.flatMap(({ accepted }) => accepted.map(({ id }) => id)))
  const unnamed = blockersOf(verdict).filter(({ id }) => !before.has(id) && !wanted.includes(id))
  if (unknown.length > 0 || unnamed.length > 0) throw incomplete(unknown, unnamed)
  const accepted = known.filter(({ id }) => wanted.includes(id))
  if (accepted.length === 0) {
    throw new AftergreenError('SIGN_OFF_INCOMPLETE', 'Nothing is accepted by it.', {
      hint: 'All that keeps the release at hold was accepted before.',
    })
  }
  return {
    releaseId: verdict.release.id,
    at: new Date(now).toISOString(),
    by,
    note,
    accepted,
    headline: verdict.headline,
  }
}

function checkVerdict({ verdict, phase, release, headline }: Verdict): void {
  const name = `${release.service} ${release.version}`
  if (verdict === 'rollback') {
    throw new AftergreenError(
      'SIGN_OFF_REFUSED',
      `A rollback cannot be signed off as a hold can: harm is proven, not unseen. ${headline}`,
      { hint: `Roll ${name} back, or release a fix: a sign-off accepts what nobody could see.` },
    )
  }
  if (verdict === 'proceed') {
    throw new AftergreenError('SIGN_OFF_REFUSED', `${name} may go on: nothing is to be signed off.`)
  }
  if (phase === 'superseded') {
    throw new AftergreenError('SIGN_OFF_REFUSED', `A newer release has taken the place of ${name}.`)
  }
}

function incomplete(unknown: readonly string[], unnamed: readonly Unknown[]): AftergreenError {
  const parts: string[] = []
  if (unknown.length > 0) parts.push(`This verdict has no ${unknown.join(', ')}.`)
  if (unnamed.length > 0) {
    const lines = unnamed.map(({ id, title }) => `\n  ${id}  ${title}`)
    parts.push(`What keeps the release at hold must be named:${lines.join('')}`)
  }
  const ids = unnamed.map(({ id }) => id).join(',')
  return new AftergreenError('SIGN_OFF_INCOMPLETE', parts.join(' '), {
    hint:
      ids === ''
        ? 'The ids stand in "aftergreen release status ID".'
        : `Whoever accepts that these are unseen says so: --accept ${ids}`,
  })
}
