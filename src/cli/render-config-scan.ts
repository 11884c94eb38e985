import { createColors } from 'picocolors'

import { countOf } from '../config/report/finding-words.ts'
import { givenReason } from '../config/rules/given-names.ts'
import type { ScanKey } from '../config/rules/scan-keys.ts'
import { shareableLiteral } from '../config/rules/sensitive-name.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf } from './wrap-text.ts'

const mostKeys = 2000

/** How many keys each component reads and declares, in a line each; with `all`, every key. */
export function renderScanKeys(
  keys: readonly ScanKey[],
  { colour, width }: RenderOptions,
  all: boolean,
): string {
  const { bold, dim } = createColors(colour)
  const lines: string[] = []
  const groups = Map.groupBy(keys.filter(isTold), ({ component }) => component)
  let left = mostKeys
  for (const [component, group] of groups) {
    const read = group.filter(({ reads }) => reads.length > 0)
    const required = group.filter((key) => key.required).length
    const written = read.filter(({ declarations }) => declarations.length > 0).length
    lines.push(
      `${bold(cleanText(component === '' ? '(root)' : component))} ${dim(`${countOf(read.length, 'key')} read, ${required} required, ${written} written down`)}`,
    )
    if (!all) continue
    const shown = group.slice(0, Math.max(0, left))
    left -= shown.length
    const names = Math.min(48, Math.max(0, ...shown.map(({ key }) => columnsOf(key))))
    for (const key of shown) {
      const line = `  ${cleanText(key.key).padEnd(names)}  ${factsOf(key)}`
      lines.push(
        columnsOf(line) <= Math.max(60, width)
          ? line
          : `${line.slice(0, Math.max(60, width) - 1)}…`,
      )
    }
    if (shown.length < group.length) {
      lines.push(dim(`  and ${group.length - shown.length} more; --json lists all`))
    }
    lines.push('')
  }
  return lines.join('\n').trimEnd()
}

/** What only tests read, and what only documents name, is in the JSON alone. */
const isTold = ({ reads, unread }: ScanKey): boolean =>
  reads.some(({ phase }) => phase !== 'test') || unread === 'nobody'

function factsOf({ key, type, required, defaults, reads, declarations, unread }: ScanKey): string {
  const [read] = reads
  const found = defaults.find((it) => it.literal !== undefined)?.literal
  const literal = found === undefined ? undefined : shareableLiteral(key, found)
  const given = givenReason(key)
  const parts = [
    ...(type === null ? [] : [type]),
    ...(required ? ['required'] : []),
    ...(defaults.length === 0
      ? []
      : literal === undefined
        ? ['has a default']
        : [`default ${cleanText(literal.slice(0, 30))}`]),
    ...(read === undefined
      ? []
      : [
          `${read.location.file}:${read.location.line}${reads.length > 1 ? ` and ${reads.length - 1} more` : ''}`,
        ]),
    declarations.length > 0
      ? `in ${declarations[0]!.location.file}:${declarations[0]!.location.line}`
      : given === undefined
        ? 'written down nowhere'
        : given,
    ...(unread === undefined || reads.length > 0 ? [] : ['read by nobody']),
  ]
  return parts.map(cleanText).join(', ')
}
