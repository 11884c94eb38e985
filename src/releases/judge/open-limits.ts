import type { BlindSpot, OpenLimit } from '../verdict.ts'
import { times } from './numbers-in-words.ts'
import type { Policy } from './policy.ts'
import { riseNotExcluded } from './rise-not-excluded.ts'
import type { SafetyClaim } from './safety-claims.ts'

/** Of each claim that is not proven: the rise of the failure rate that the requests so far do not exclude. */
export function openLimits(
  claims: readonly SafetyClaim[],
  service: string,
  policy: Policy,
): OpenLimit[] {
  const limits = claims
    .filter(({ met, units }) => !met && units.candidate > 0)
    .map((claim): OpenLimit => {
      const { kind, operation } = claim
      const ratio = riseNotExcluded(claim, policy.alphaSafe)
      return { subject: operation ?? service, kind, ratio }
    })
  const seen = new Set<string>()
  return limits.filter(({ subject, kind }) => {
    const name = JSON.stringify([kind, subject])
    return !seen.has(name) && seen.add(name)
  })
}

/** What of the service and its operations may be worse than the baseline's, and by how much. */
export function openLimitsSpot(limits: readonly OpenLimit[]): BlindSpot[] {
  if (limits.length === 0) return []
  return [
    {
      kind: 'not-excluded',
      subject: 'operations that may have become worse',
      title: 'Operations may have become worse by less than was proven',
      detail: limitWords(limits),
      limits: [...limits],
    },
  ]
}

const most = 12

/** One or two sentences a kind: `Rises of the failure rate up to 66 times (POST /cart) are not excluded yet.` */
export function limitWords(limits: readonly OpenLimit[]): string {
  const sentences = (['failure-rate', 'silent-failure', 'latency'] as const).flatMap((kind) => {
    const own = limits.filter((limit) => limit.kind === kind)
    if (kind === 'latency') {
      const names = own.map(({ subject }) => subject)
      return names.length === 0
        ? []
        : [`Whether more requests are slow is not settled for ${listed(names)}.`]
    }
    const rate = kind === 'failure-rate' ? 'failure rate' : 'silent failure rate'
    const open = own.filter(({ ratio }) => ratio === null).map(({ subject }) => subject)
    const bounded = own
      .filter((limit) => limit.ratio !== null)
      .map(({ subject, ratio }) => `${times(ratio!)} times (${subject})`)
    return [
      ...(open.length === 0
        ? []
        : [`No rise of the ${rate} of ${listed(open)} is excluded yet, however large.`]),
      ...(bounded.length === 0
        ? []
        : [`Rises of the ${rate} up to ${listed(bounded)} are not excluded yet.`]),
    ]
  })
  return sentences.join(' ')
}

function listed(names: readonly string[]): string {
  const more = names.length > most ? ` and ${names.length - most} more` : ''
  return `${names.slice(0, most).join(', ')}${more}`
}
