import type { EvidenceRequirement } from '../../verdict.ts'
import { count, times } from '../numbers-in-words.ts'

/**
 * What was measured of a requirement that more traffic like that so far would not meet, and what more traffic would show
 * if it stays so or if it was chance, to follow on `measured so far: `. Empty for any other.
 */
export function measuredWords({
  measured,
  needs,
}: Pick<EvidenceRequirement, 'measured' | 'needs'>): string {
  if (measured === undefined) return ''
  const { ratio, requestsToFinding } = measured
  const soFar = ratio === null ? 'none in the baseline' : `${times(ratio)} times the baseline's`
  const ifSo =
    requestsToFinding === undefined
      ? '; if it stays so, more requests prove nothing'
      : requestsToFinding === 0
        ? ', which is a finding'
        : `; if it stays so, about ${count(requestsToFinding, 'more request')} would make it a finding`
  const ifChance =
    needs === undefined
      ? ''
      : `; if it was chance, about ${count(needs.requests, 'more request')}${orFailures(needs)} would prove the claim`
  return `${soFar}${ifSo}${ifChance}`
}

/** ` or 12 failures`, where they would do as well. */
export function orFailures({ failures }: NonNullable<EvidenceRequirement['needs']>): string {
  return failures === undefined ? '' : ` or ${count(failures, 'failure')}`
}
