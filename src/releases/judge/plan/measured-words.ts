import type { EvidenceRequirement } from '../../verdict.ts'
import { roughly, times } from '../numbers-in-words.ts'

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
  const soFar =
    ratio === null ? 'some, and none in the baseline' : `${times(ratio)} times the baseline's`
  const ifSo =
    requestsToFinding === undefined
      ? '; if it stays so, more requests prove nothing'
      : requestsToFinding === 0
        ? ', which is a finding'
        : `; if it stays so, about ${roughly(requestsToFinding, 'more request')} would make it a finding`
  const ifChance =
    needs === undefined
      ? ''
      : `; if it was chance, about ${roughly(needs.requests, 'more request')}${orFailures(needs)} would prove the claim`
  return `${soFar}${ifSo}${ifChance}`
}

/** ` or 12 failures`, where they would do as well. */
export function orFailures({ failures }: NonNullable<EvidenceRequirement['needs']>): string {
  return failures === undefined ? '' : ` or ${roughly(failures, 'failure')}`
}
