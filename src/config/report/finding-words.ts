/** Words that several writers share. */
import type { ConfigFinding, Severity } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import type { Location } from '../location.ts'

const order: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

/** `undeclared-read` -> `Undeclared read`; `pack/payment-live-key` -> `Payment live key`. */
export function ruleTitle(rule: string): string {
  const words = (rule.split('/').at(-1) ?? rule).replaceAll(/[-_]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Worst rules first, then by name; inside a rule in the order of files. */
export function byRule(
  findings: readonly ConfigFinding[],
): { rule: string; severity: Severity; findings: ConfigFinding[] }[] {
  const groups = Map.groupBy(findings, ({ rule }) => rule)
  return [...groups]
    .map(([rule, all]) => {
      const sorted = all.toSorted(
        (a, b) => order[a.severity] - order[b.severity] || compareTexts(placeOf(a), placeOf(b)),
      )
      return { rule, severity: sorted[0]!.severity, findings: sorted }
    })
    .toSorted((a, b) => order[a.severity] - order[b.severity] || compareTexts(a.rule, b.rule))
}

/** What could not be analysed, by kind. */
export function byKind(report: ConfigReport): { kind: string; items: NotAnalysed[] }[] {
  return [...Map.groupBy(report.notAnalysed, ({ kind }) => kind)]
    .map(([kind, items]) => ({ kind, items }))
    .toSorted((a, b) => compareTexts(a.kind, b.kind))
}

/** `src/env.ts:12`. */
export function placeText({ file, line }: Location): string {
  return `${file}:${line}`
}

/** `1 finding`, `3 findings`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`
}

/** What an answer comes to, in a word: never a bare "ok". */
export function outcomeText({ findings, notAnalysed }: ConfigReport): string {
  const parts: string[] = []
  if (findings.length > 0) parts.push(countOf(findings.length, 'finding'))
  if (notAnalysed.length > 0) {
    parts.push(countOf(notAnalysed.length, 'place not analysed', 'places not analysed'))
  }
  return parts.length > 0 ? parts.join(', ') : 'nothing found in what was looked at'
}

/** Without characters that move a cursor, hide lines or turn the direction of writing. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

const placeOf = ({ locations, key }: ConfigFinding): string => {
  const place = locations[0]
  return place === undefined
    ? `\uffff${key ?? ''}`
    : `${place.file}\0${String(place.line).padStart(8, '0')}\0${key ?? ''}`
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
