import { createColors } from 'picocolors'
import { signals } from '../signal.ts'
import type { Diagnosis } from '../store/diagnosis/diagnosis.ts'
import type { DoctorReport } from '../store/diagnosis/doctor-report.ts'
import type { Figures } from '../store/diagnosis/figures.ts'
import { figureRows } from './doctor-figures.ts'
import { formatCount, formatTime } from './format-value.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf, wrapText } from './wrap-text.ts'

type Colours = ReturnType<typeof createColors>

/** A doctor's report as text for a terminal: what is wrong first, then what was seen. Ends without a line feed. */
export function renderDoctor(report: DoctorReport, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const { findings, figures, version, at } = report
  const of = (state: Diagnosis['state']): Diagnosis[] =>
    findings.filter((one) => one.state === state)
  const parts = [
    `${stateWord(report.state, colours)}  ${colours.dim(`Aftergreen ${cleanText(version)}  ·  ${formatTime(at)}`)}`,
    problems('What is wrong', of('wrong'), width, colours.red, colours),
    problems('What could not be looked at', of('unknown'), width, colours.yellow, colours),
    ...(figures === null ? [] : figureSections(figures, width, colours)),
    list('What is as it should be', of('fine'), width, colours),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function stateWord(state: Diagnosis['state'], colours: Colours): string {
  if (state === 'wrong') return colours.bold(colours.red('SOMETHING IS WRONG'))
  if (state === 'unknown') return colours.bold(colours.yellow('NOT FULLY LOOKED AT'))
  return colours.bold(colours.cyan('NOTHING WRONG SEEN'))
}

function problems(
  name: string,
  found: readonly Diagnosis[],
  width: number,
  colour: (text: string) => string,
  colours: Colours,
): string {
  if (found.length === 0) return ''
  const lines = found.map(({ title, advice }, i) => {
    const number = `${i + 1}.`.padEnd(4)
    const said = colour(wrapText(`${number}${cleanText(title)}`, width, '  ', '      '))
    return advice === '' ? said : `${said}\n${wrapText(cleanText(advice), width, '      ')}`
  })
  return [colours.bold(name), ...lines].join('\n')
}

function list(name: string, found: readonly Diagnosis[], width: number, colours: Colours): string {
  if (found.length === 0) return ''
  const lines = found.map(({ title }) => wrapText(`- ${cleanText(title)}`, width, '  ', '    '))
  return [colours.bold(name), ...lines].join('\n')
}

function figureSections(figures: Figures, width: number, colours: Colours): string[] {
  const rows = figureRows(figures).map(([label, text]) => {
    const hanging = ' '.repeat(16)
    return `  ${colours.dim(label.padEnd(14))}${wrapText(cleanText(text), width, hanging).slice(16)}`
  })
  return [arrivals(figures, colours), [colours.bold('Figures'), ...rows].join('\n')]
}

/** Rows a second: over the last minute, and over the last hour in brackets. */
function arrivals({ rates, services }: Figures, colours: Colours): string {
  if (rates === null) return ''
  const perSecond = (minute: number, hour: number): string =>
    minute === 0 && hour === 0 ? '-' : `${perOne(minute / 60)} (${perOne(hour / 3600)})`
  const line = (name: string, rows: Figures['rates']): string[] => [
    cleanText(name),
    ...signals.map((signal) => perSecond(rows?.[signal].minute ?? 0, rows?.[signal].hour ?? 0)),
  ]
  const table = [
    ['', 'spans', 'logs', 'points'],
    line('everything', rates),
    ...(services ?? []).map(({ service, rows }) => line(service || '(without a name)', rows)),
  ]
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => columnsOf(row[column] ?? ''))),
  )
  const lines = table.map((row, i) => {
    const cells = row.map((cell, column) => {
      const padding = ' '.repeat(widths[column]! - columnsOf(cell))
      return column === 0 ? cell + padding : padding + cell
    })
    const text = `  ${cells.join('  ')}`
    return i === 0 ? colours.dim(text) : text
  })
  const title = 'Arrived a second, over the last minute (and hour)'
  return [colours.bold(title), ...lines].join('\n')
}

/** Two digits below ten: a few rows an hour are not none. */
const perOne = (value: number): string =>
  value >= 10 ? formatCount(Math.round(value)) : String(Number(value.toPrecision(2)))
