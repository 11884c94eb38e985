import { signals } from '../signal.ts'
import type { Figures } from '../store/diagnosis/figures.ts'
import { formatCount } from './format-value.ts'

/** The figures of a report that are not tables, as label and text. */
export function figureRows(figures: Figures): [string, string][] {
  const { health, engine } = figures
  const { spool, retention } = health
  const rows: [string, string][] = [
    [
      'engine',
      [
        `${health.engine.kind}, ${health.engine.state}, version ${health.engine.version}`,
        engine?.memory ? `${bytes(engine.memory)} of memory` : '',
        engine === null
          ? ''
          : `${formatCount(sum(signals.map((one) => engine.tables[one].parts)))} parts`,
        engine === null ? '' : `${engine.merges} merges running`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    ],
    ['lag', `${formatCount(spool.lag)} s from received to stored, for the oldest row that waits`],
    [
      'spool',
      `${formatCount(spool.files)} files, ${bytes(spool.bytes)}${budgetOf(spool)}; ${formatCount(spool.rejectedFiles)} set aside (${bytes(spool.rejectedBytes)})`,
    ],
  ]
  if (engine !== null) {
    rows.push(['disk', `${bytes(engine.disk.free)} of ${bytes(engine.disk.total)} free`])
    for (const signal of signals) {
      const { rows: count, bytes: size } = engine.tables[signal]
      const each = count === 0 ? '' : `, ${formatCount(Math.round(size / count))} bytes each`
      const oldest = retention?.oldest[signal]
      const since = oldest ? `, since ${oldest.slice(0, 10)}` : ''
      const days = retention?.days[signal]
      const kept =
        retention === undefined ? '' : days === null ? ', kept for good' : `, kept ${days} days`
      rows.push([signal, `${formatCount(count)} rows, ${bytes(size)}${each}${since}${kept}`])
    }
  }
  if (retention !== undefined) {
    const dropped = sum(signals.map((signal) => retention.droppedRows[signal]))
    const budget = retention.budget.all
    rows.push([
      'retention',
      `${formatCount(dropped)} rows dropped since the start; disk budget ${budget === null ? 'none' : bytes(budget)}`,
    ])
  }
  for (const signal of signals) {
    const { requests, duplicates, refused } = figures.traffic[signal]
    if (requests === 0) continue
    const refusals = Object.entries(refused).map(([code, count]) => `${count} refused (${code})`)
    rows.push([
      'requests',
      [
        `${formatCount(requests)} with ${signal} within the last hour`,
        duplicates === 0 ? '' : `${formatCount(duplicates)} sent again`,
        ...refusals,
      ]
        .filter((part) => part !== '')
        .join(', '),
    ])
  }
  return [
    ...rows,
    ...countersOf('columns', field(health, 'columns')),
    ...countersOf('guard', field(health, 'guard')),
  ]
}

/** Numbers and short texts of a part of the health whose shape belongs to that part. */
function countersOf(label: string, value: unknown): [string, string][] {
  const found: string[] = []
  const walk = (path: string, at: unknown, depth: number): void => {
    if (found.length >= 60 || depth > 4) return
    if (typeof at === 'number') {
      if (at !== 0) found.push(`${path} ${formatCount(at)}`)
    } else if (typeof at === 'string') {
      if (at !== '' && at.length <= 200) found.push(`${path} ${at}`)
    } else if (Array.isArray(at)) {
      if (at.length > 0) found.push(`${path} ${formatCount(at.length)}`)
    } else if (typeof at === 'object' && at !== null) {
      for (const [key, inner] of Object.entries(at))
        walk(path === '' ? key : `${path}.${key}`, inner, depth + 1)
    }
  }
  walk('', value, 0)
  return found.length === 0 ? [] : [[label, found.join(', ')]]
}

function budgetOf(spool: object): string {
  const most = field(spool, 'maxBytes') ?? field(spool, 'budget')
  return typeof most === 'number' ? ` of at most ${bytes(most)}` : ''
}

const field = (of: object, name: string): unknown =>
  Object.entries(of).find(([key]) => key === name)?.[1]

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

function bytes(value: number): string {
  if (value >= 1e9) return `${formatCount(value / 1e9)} GB`
  return value >= 1e6 ? `${formatCount(value / 1e6)} MB` : `${formatCount(value / 1e3)} kB`
}
