import type { TextRange } from './card-numbers.ts'

/** What stands in the place of a secret. */
export const redacted = (rule: string): string => `[redacted:${rule}]`

/** Called once for everything that a rule took out of a text. */
export type Report = (rule: string) => void

/** A text with a mark in the place of every range; the ranges ascend and do not overlap. */
export function replaceRanges(
  text: string,
  ranges: readonly TextRange[],
  rule: string,
  report: Report,
): string {
  let result = ''
  let kept = 0
  for (const { start, end } of ranges) {
    result += text.slice(kept, start) + redacted(rule)
    kept = end
    report(rule)
  }
  return ranges.length === 0 ? text : result + text.slice(kept)
}
