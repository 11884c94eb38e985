import type { Release } from '../../release.ts'
import { percent, times } from '../numbers-in-words.ts'
import type { HeldFixed, ToldApart } from './tell-apart.ts'

/** Why a finding is held against another release, or against neither, as one sentence. */
export function reasoningOf(
  { verdict, own, other, together, elsewhere }: ToldApart,
  release: Release,
  overlapping: Release,
): string {
  const mine = `${release.service} ${release.version}`
  const theirs = `${overlapping.service} ${overlapping.version}`
  if (elsewhere !== null) {
    const where = `requests that did not meet ${theirs} have it ${ratioWords(elsewhere)} as often as before ${mine}`
    if (verdict === 'confounded')
      return `It cannot be told whether this is ${mine} or ${theirs}: ${where}.`
    return `It belongs to ${theirs}: ${where}; with the version of ${release.service} held fixed, ${theirs} has it ${ratioWords(other)} as often as the version before.`
  }
  if (verdict === 'confounded') {
    return `It cannot be told whether this is ${mine} or ${theirs}: ${percent(together)} of the traces meet both new versions or both old ones, and too few meet one of each.`
  }
  return `It belongs to ${theirs}: with the version of ${overlapping.service} held fixed, ${mine} has it ${ratioWords(own)} as often as the version before; with that of ${release.service} held fixed, ${theirs} has it ${ratioWords(other)} as often.`
}

function ratioWords({ ratio, low, high }: HeldFixed): string {
  if (ratio === null) return low === null ? 'about' : `at least ${times(low)} times`
  const range =
    high === null ? `at least ${times(low ?? 0)}` : `${times(low ?? 0)} to ${times(high)}`
  return `${times(ratio)} times (${range})`
}
