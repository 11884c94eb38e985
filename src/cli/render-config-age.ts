import { createColors } from 'picocolors'

import type { KeyAge, Moment } from '../config/age/key-age.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText } from './wrap-text.ts'

const fewKeys = 10
const mostKeys = 2000

/** The oldest values first, in a line each: ten of them, or with `all` every one. */
export function renderAges(
  ages: readonly KeyAge[],
  today: string,
  { colour, width }: RenderOptions,
  all: boolean,
): string {
  const { bold, dim } = createColors(colour)
  const valued = ages
    .filter(({ valueChanged }) => valueChanged !== null)
    .toSorted((a, b) => (a.valueChanged!.date < b.valueChanged!.date ? -1 : 1))
  if (valued.length === 0) return ''
  const shown = valued.slice(0, all ? mostKeys : fewKeys)
  const names = Math.min(48, Math.max(...shown.map(({ key }) => key.length)))
  const years = valued.map(({ valueChanged }) => yearsBetween(valueChanged!.date, today))
  const median = years[Math.floor((years.length - 1) / 2)] ?? 0
  const lines = shown.map((age) => {
    const line = `  ${cleanText(age.key).padEnd(names)}  ${factsOf(age, today)}`
    const room = Math.max(60, width)
    return line.length <= room ? line : `${line.slice(0, room - 1)}…`
  })
  const more = valued.length - shown.length
  return [
    `${bold('Oldest values')} ${dim(`the median of ${valued.length} is ${median.toFixed(1)} years old`)}`,
    ...lines,
    ...(more > 0 ? [dim(`  and ${more} more; ${all ? '--json' : '--keys'} lists all`)] : []),
  ].join('\n')
}

function factsOf(age: KeyAge, today: string): string {
  const { valueChanged, valueChanges, moved, environmentChanged, readers, introduced } = age
  const changed = readers
    .flatMap(({ changed: moment }) => moment ?? [])
    .toSorted((a, b) => (a.date < b.date ? 1 : -1))[0]
  const read = readers.filter(({ test }) => !test)
  const parts = [
    `${valueChanges === 0 ? 'since' : 'changed'} ${said(valueChanged!)} (${yearsBetween(valueChanged!.date, today).toFixed(1)} y)`,
    ...(valueChanges > 0 && introduced !== null ? [`there since ${said(introduced)}`] : []),
    ...(environmentChanged === null ? [] : [`last in ${environmentChanged.environment}`]),
    ...(moved === null ? [] : [`moved ${said(moved)}`]),
    ...(read[0] === undefined
      ? ['read by nobody here']
      : [
          `${read[0].file}:${read[0].line}${read.length > 1 ? ` and ${read.length - 1} more` : ''}${changed === undefined ? '' : `, code of ${said(changed)}`}`,
        ]),
  ]
  return parts.map(cleanText).join(', ')
}

function said({ date, commit, atOrBefore }: Moment): string {
  if (commit === 'uncommitted') return 'just now'
  return atOrBefore ? `${date} or before` : date
}

const yearsBetween = (day: string, today: string): number =>
  Math.max(0, (Date.parse(today) - Date.parse(day)) / (365.25 * 86_400_000))
