import { createRandom } from '../../stats/random.ts'
import { categoryColumn, numberColumn } from '../judge/attribute-columns.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import type { UnitTable } from '../judge/unit-table.ts'

export interface SyntheticOptions {
  seed: number
  units: number
  candidateShare?: number
  /** `GET /quote` four times slower where locale is pt-BR and 30 <= age < 60. */
  slowCohort?: boolean
  /** `POST /orders` silently fails where card is amex and provider is bluecard. */
  swallowedError?: boolean
  /** The two faults show in one half of the traces only. */
  faultsIn?: 'discovery' | 'confirmation'
  /** Multiplies the candidate's failure rate. */
  failureRatio?: number
  /** Failure rate of each operation; default 0.8 %. */
  failureRates?: readonly number[]
  /** Multiplies the candidate's durations. */
  slowdown?: number
  /** The candidate's share of each operation, where it is not that of the baseline. */
  candidateMix?: readonly number[]
}

const operations = [
  { name: 'GET /cart', share: 0.4, median: 5, spread: 0.4 },
  { name: 'GET /quote', share: 0.5, median: 6, spread: 0.4 },
  { name: 'POST /orders', share: 0.1, median: 140, spread: 0.1 },
]
const locales = ['en-US', 'pt-BR', 'de-DE', 'fr-FR', 'ja-JP']
const cards = ['visa', 'mastercard', 'amex']
const plans = ['free', 'plus', 'business']

export const syntheticWindow: JudgeWindow = { from: 0, to: 80_000, blockMillis: 5_000, blocks: 16 }

/** A seeded table of units with the shape of the demo's shop: skewed attributes, two possible faults. */
export function syntheticUnits(options: SyntheticOptions): UnitTable {
  const { seed, units, candidateShare = 0.2, failureRatio = 1, slowdown = 1 } = options
  const baselineMix = operations.map(({ share }) => share)
  const random = createRandom(seed)
  const pick = <T>(values: readonly T[]): T =>
    values[Math.floor(random.uniform() ** 1.6 * values.length)]!
  const rows = Array.from({ length: units }, (_, row) => {
    const draw = random.uniform()
    const candidate = random.uniform() < candidateShare
    const [first = 0, second = 0] = (candidate ? options.candidateMix : undefined) ?? baselineMix
    const operation = draw < first ? 0 : draw < first + second ? 1 : 2
    const { name, median, spread } = operations[operation]!
    const failureRate = options.failureRates?.[operation] ?? 0.008
    const discovery = random.uniform() < 0.5
    const faulty =
      candidate &&
      (options.faultsIn === undefined || (options.faultsIn === 'discovery') === discovery)
    const locale = pick(locales)
    const age = Math.floor(random.exponential(1 / 120))
    const card = pick(cards)
    const provider = random.uniform() < 0.55 ? 'northpay' : 'bluecard'
    const slow =
      options.slowCohort === true &&
      faulty &&
      name === 'GET /quote' &&
      locale === 'pt-BR' &&
      age >= 30 &&
      age < 60
    const swallowed =
      options.swallowedError === true &&
      faulty &&
      name === 'POST /orders' &&
      card === 'amex' &&
      provider === 'bluecard'
    return {
      at: (row / units) * syntheticWindow.to,
      candidate,
      operation,
      name,
      duration: random.lognormal(
        Math.log(median * (slow ? 4 : 1) * (candidate ? slowdown : 1)),
        spread,
      ),
      failed: !swallowed && random.uniform() < failureRate * (candidate ? failureRatio : 1),
      silent: swallowed,
      discovery,
      locale,
      age,
      card: name === 'POST /orders' ? card : null,
      provider: name === 'POST /orders' ? provider : null,
      plan: pick(plans),
      device: pick(['mobile', 'desktop', 'tablet']),
      cart: random.poisson(2),
    }
  })
  const column = <K extends keyof (typeof rows)[number]>(key: K): (typeof rows)[number][K][] =>
    rows.map((row) => row[key])
  return {
    rows: units,
    at: Float64Array.from(column('at')),
    candidate: Uint8Array.from(column('candidate'), Number),
    discovery: Uint8Array.from(column('discovery'), Number),
    operation: Uint16Array.from(column('operation')),
    operations: operations.map(({ name }) => name),
    duration: Float64Array.from(column('duration')),
    failed: Uint8Array.from(column('failed'), Number),
    silent: Uint8Array.from(column('silent'), Number),
    silentReasons: new Map(
      rows.flatMap(({ silent }, row) => (silent ? [[row, 'POST /charges failed']] : [])),
    ),
    traceIds: rows.map((_, row) => row.toString(16).padStart(32, '0')),
    attributes: [
      categoryColumn('operation', column('name'), units),
      categoryColumn('app.locale', column('locale'), units),
      numberColumn('app.account.age_days', column('age'), units),
      categoryColumn('app.card.type', column('card'), units),
      categoryColumn('app.payment.provider', column('provider'), units),
      categoryColumn('app.plan', column('plan'), units),
      categoryColumn('app.device', column('device'), units),
      numberColumn('app.cart.size', column('cart'), units),
    ],
    sampledFrom: units,
    detectorsComplete: true,
  }
}
