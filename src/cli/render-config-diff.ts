import { createColors } from 'picocolors'

import type { DiffSide, EnvironmentDiff, KeyDifference } from '../config/diff/environment-diff.ts'
import { intents } from '../config/diff/environment-diff.ts'
import { countOf } from '../config/report/finding-words.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf, wrapText } from './wrap-text.ts'

const mostRanked = 12
const mostRows = 200

/** Counts, the ranked list of what one environment says nothing about, and a row for each difference. */
export function renderConfigDiff(
  diff: EnvironmentDiff,
  { colour, width }: RenderOptions,
  all: boolean,
): string {
  const { bold, dim } = createColors(colour)
  const room = Math.max(60, Math.min(width, 120))
  const { counts, environments, target, differences } = diff
  const other = environments[0] === target ? environments[1] : environments[0]
  const told = intents.map((intent) => `${counts[intent]} ${intent}`).join(', ')
  const byDefault =
    diff.equalByDefault === 0 ? '' : ` (${diff.equalByDefault} through the code's own default)`
  const lines = [wrapText(`${told}; ${diff.equal} the same${byDefault}.`, room, '')]
  for (const { environment, component } of diff.oneSided.slice(0, 10)) {
    lines.push(dim(cleanText(`Only ${environment} has the component ${component}.`)))
  }
  const ranked = differences.filter(({ kind }) => kind !== 'same')
  if (ranked.length > 0) {
    lines.push('', bold(cleanText(`What a green ${other} run cannot predict of ${target}`)))
    const shown = ranked.slice(0, mostRanked)
    for (const [index, it] of shown.entries()) {
      lines.push(...rankedLines(it, index + 1, diff, room, dim))
    }
    if (ranked.length > shown.length) {
      lines.push(
        dim(
          `  and ${countOf(ranked.length - shown.length, 'more', 'more')}; the rows below and --json have all`,
        ),
      )
    }
  }
  if (differences.length > 0) lines.push('', ...matrix(diff, room, all, bold, dim))
  if (differences.some(({ blast }) => blast.inferred && blast.effect !== undefined)) {
    lines.push(dim('* guessed from the name of the key or from what it is handed to'))
  }
  return lines.join('\n')
}

function rankedLines(
  difference: KeyDifference,
  rank: number,
  { environments }: EnvironmentDiff,
  width: number,
  dim: (text: string) => string,
): string[] {
  const { key, blast, components, sides, because, rule } = difference
  const reach = components.filter((it) => it !== '').slice(0, 4)
  const where =
    reach.length === 0 ? '' : `, in ${reach.join(', ')}${components.length > 4 ? ' …' : ''}`
  const met = {
    boot: 'met at start',
    request: 'met by requests',
    'error-path': 'met only when something fails',
    build: 'met in the build',
    unknown: '',
  }[blast.exposure]
  const head = `${key}  ${effectText(difference)}, ${intentText(difference)}${where}${met === '' ? '' : `, ${met}`}`
  const values = sides.map((side, index) => `${environments[index]}: ${cellText(side, true)}`)
  const owner = rule?.owner === undefined ? '' : ` Owner: ${rule.owner}.`
  const until = rule?.expires === undefined ? '' : ` Until ${rule.expires}.`
  return [
    wrapText(cleanText(head), width, `  ${String(rank).padStart(2)} `, '       '),
    wrapText(cleanText(values.join('; ')), width, '     ', '       '),
    dim(wrapText(cleanText(`${because}${owner}${until}`), width, '     ', '       ')),
  ]
}

function matrix(
  { differences, environments }: EnvironmentDiff,
  width: number,
  all: boolean,
  bold: (text: string) => string,
  dim: (text: string) => string,
): string[] {
  const rows = all ? differences : differences.slice(0, mostRows)
  const cells = rows.map((it) => [
    it.components.length === 1 && it.components[0] !== ''
      ? `${it.key} (${it.components[0]})`
      : it.key,
    cellText(it.sides[0], false),
    cellText(it.sides[1], false),
    `${intentText(it)}, ${effectText(it)}`,
  ])
  const header = ['key', environments[0], environments[1], 'intent, effect']
  const widths = columnWidths([header, ...cells], width)
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => fitted(cleanText(cell), widths[column] ?? 10))
      .join('  ')
      .trimEnd()
  return [
    bold(line(header)),
    ...cells.map(line),
    ...(rows.length < differences.length
      ? [dim(`and ${differences.length - rows.length} more; --all lists them`)]
      : []),
  ]
}

/** As wide as they need, the widest made narrower until all fit. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = [0, 0, 0, 0]
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(80, columnsOf(cleanText(cell))))
    }
  }
  while (widths.reduce((sum, each) => sum + each, 0) > width - 6) {
    const widest = Math.max(...widths)
    if (widest <= 10) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return widths
}

function fitted(text: string, width: number): string {
  const columns = columnsOf(text)
  if (columns <= width) return text + ' '.repeat(width - columns)
  let cut = text.slice(0, width - 1)
  while (columnsOf(cut) > width - 1) cut = cut.slice(0, -1)
  return `${cut}…${' '.repeat(width - 1 - columnsOf(cut))}`
}

function cellText({ state, shown, readersDefault, required }: DiffSide, long: boolean): string {
  if (state !== 'missing' && state !== 'unset') return shown
  if (readersDefault !== undefined) {
    const { file, line } = readersDefault.location
    return `default ${readersDefault.shown}${long ? ` (${file}:${line})` : ''}`
  }
  return required === true ? 'not set, needed' : 'not set'
}

const effectText = ({ blast: { effect, inferred } }: KeyDifference): string =>
  effect === undefined ? 'effect not known' : `${effect}${inferred ? '*' : ''}`

const intentText = ({ intent, kind, violated, expired }: KeyDifference): string =>
  violated ? 'breaks a rule' : expired ? 'acceptance expired' : kind === 'same' ? 'shared' : intent
