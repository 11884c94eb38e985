import { AftergreenError } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'

/** Most bytes on disk: a number of bytes, or a share (0 to 1) of the disk. */
export type DiskBudget = { bytes: number } | { share: number }

/** How long telemetry is kept, and how much of it. */
export interface RetentionPolicy {
  /** Age in ms at which rows are dropped; Infinity keeps them for good. */
  age: Readonly<Record<Signal, number>>
  /** Of everything together. `automatic` is 70 % of the disk, and less where other things leave no tenth of it free. */
  budget: DiskBudget | 'automatic' | 'unlimited'
  /** Of single signals, beside the budget of everything. */
  signalBudgets: Readonly<Partial<Record<Signal, DiskBudget>>>
}

export const day = 86_400_000

/** What holds where nothing else was said. */
export const defaultRetention: RetentionPolicy = {
  age: { traces: 14 * day, logs: 14 * day, metrics: 60 * day },
  budget: 'automatic',
  signalBudgets: {},
}

export const keepEverything: RetentionPolicy = {
  age: { traces: Infinity, logs: Infinity, metrics: Infinity },
  budget: 'unlimited',
  signalBudgets: {},
}

/**
 * Reads `traces=14d,logs=2w,metrics=unlimited`, or one age such as `30d` for every signal. Signals that are not named
 * keep the default.
 * @throws USAGE
 */
export function parseAges(text: string): RetentionPolicy['age'] {
  const ages = { ...defaultRetention.age }
  for (const { signal, value } of entriesOf(text, wrongAge)) {
    for (const one of signal === undefined ? signals : [signal]) ages[one] = ageOf(value)
  }
  return ages
}

/**
 * Reads `200GB`, `70%`, `unlimited`, and budgets of single signals such as `traces=50GB,logs=20GiB`, or both kinds.
 * @throws USAGE
 */
export function parseBudgets(text: string): Pick<RetentionPolicy, 'budget' | 'signalBudgets'> {
  let budget: RetentionPolicy['budget'] = defaultRetention.budget
  const signalBudgets: Partial<Record<Signal, DiskBudget>> = {}
  for (const { signal, value } of entriesOf(text, wrongBudget)) {
    if (signal !== undefined) signalBudgets[signal] = budgetOf(value)
    else budget = value === 'unlimited' ? value : budgetOf(value)
  }
  return { budget, signalBudgets }
}

function entriesOf(
  text: string,
  wrong: (text: string) => AftergreenError,
): { signal: Signal | undefined; value: string }[] {
  const seen = new Set<string>()
  return text.split(',').map((entry) => {
    const [, name, value = ''] = /^\s*(?:(\w+)\s*=\s*)?(\S(?:.*\S)?)\s*$/.exec(entry) ?? []
    const signal = signals.find((known) => known === name)
    if (value === '' || (name !== undefined && signal === undefined)) throw wrong(entry)
    if (seen.has(name ?? '')) throw wrong(entry)
    seen.add(name ?? '')
    return { signal, value }
  })
}

function ageOf(text: string): number {
  if (text === 'unlimited') return Infinity
  const [, amount, unit = ''] = /^(\d{1,5}(?:\.\d+)?)([hdw])$/.exec(text) ?? []
  const age = Number(amount) * ({ h: day / 24, d: day, w: 7 * day }[unit] ?? Number.NaN)
  // days are dropped whole, so that less than one could not be kept
  if (!(age >= day)) throw wrongAge(text)
  return age
}

const units: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

function budgetOf(text: string): DiskBudget {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d+)?)\s*(%|[MGT]i?B)$/.exec(text) ?? []
  const number = Number(amount)
  if (!(number > 0) || (unit === '%' && number > 100)) throw wrongBudget(text)
  return unit === '%' ? { share: number / 100 } : { bytes: number * (units[unit] ?? 0) }
}

const wrongAge = (text: string): AftergreenError =>
  new AftergreenError('USAGE', `"${text.trim()}" does not say how long telemetry is kept.`, {
    hint: 'Write AFTERGREEN_RETENTION as traces=14d,logs=14d,metrics=60d, with ages of at least one day (1d, 36h, 2w) or "unlimited".',
  })

const wrongBudget = (text: string): AftergreenError =>
  new AftergreenError('USAGE', `"${text.trim()}" is no budget of disk space.`, {
    hint: 'Write AFTERGREEN_DISK_BUDGET as 200GB, 70% or unlimited, for single signals as traces=50GB, or both: 200GB,logs=20GB.',
  })
