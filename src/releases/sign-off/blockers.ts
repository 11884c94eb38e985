import type { BlindSpot, BlindSpotKind, Verdict } from '../verdict.ts'
import type { Unknown } from './sign-off.ts'

/** Blind spots that by themselves keep a release from `proceed`; the others remain at `proceed`, too. */
export const withholding: ReadonlySet<BlindSpotKind> = new Set<BlindSpotKind>([
  'no-candidate-traffic',
  'no-baseline-traffic',
  'unknown-version',
  'telemetry-gap',
  'unbelievable-data',
  'unequal-populations',
  'common-mode',
])

/** Nothing in particular is missing, and yet nothing has been shown. */
const nothingTested: Unknown = {
  id: 'nothing-tested',
  what: 'requirement',
  kind: 'evidence',
  title: 'No claim has been put to the test: there is too little traffic',
}

/** What keeps a release at `hold`. Empty for every other verdict. @param verdict with ids */
export function blockersOf(verdict: Verdict): Unknown[] {
  if (verdict.verdict !== 'hold') return []
  const blockers = [
    ...verdict.blindSpots.filter(({ kind }) => withholding.has(kind)).map(spotUnknown),
    ...openRequirements(verdict),
    ...findingUnknowns(verdict),
  ]
  return blockers.length === 0 ? [nothingTested] : blockers
}

/** All that can be accepted: what keeps the release at `hold`, and every other blind spot. @param verdict with ids */
export function acceptable(verdict: Verdict): Unknown[] {
  const blockers = blockersOf(verdict)
  const named = new Set(blockers.map(({ id }) => id))
  return [...blockers, ...verdict.blindSpots.map(spotUnknown).filter(({ id }) => !named.has(id))]
}

function spotUnknown({ id = '', kind, title }: BlindSpot): Unknown {
  return { id, what: 'blind-spot', kind, title }
}

function openRequirements({ evidencePlan }: Verdict): Unknown[] {
  return evidencePlan
    .filter(({ state, onlyForDone }) => state === 'open' && onlyForDone !== true)
    .map(({ id = '', requirement }) => ({
      id,
      what: 'requirement',
      kind: 'evidence',
      title: `Not proven: ${requirement}`,
    }))
}

function findingUnknowns({ findings }: Verdict): Unknown[] {
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  return findings
    .filter(({ id }) => !explained.has(id))
    .map(({ id, kind, title }) => ({ id, what: 'finding', kind, title }))
}
