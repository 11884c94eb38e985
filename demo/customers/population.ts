import { type Random, seededRandom } from './random.ts'

/** A customer of the shop: fixed for a seed. */
export interface User {
  id: string
  locale: string
  country: string
  accountAgeDays: number
  plan: string
  device: string
  cardType: string
  provider: string
  newSearch: string
  recommendations: string
  /** How often this user comes, relative to the others. */
  activity: number
}

const locales = [
  ['en-US', 0.36],
  ['pt-BR', 0.17],
  ['de-DE', 0.14],
  ['es-MX', 0.12],
  ['fr-FR', 0.11],
  ['ja-JP', 0.1],
] as const

/** Where the speakers of a language live: mostly at home, but not all of them. */
const countriesOf: Record<string, readonly (readonly [string, number])[]> = {
  'en-US': [
    ['US', 0.72],
    ['CA', 0.12],
    ['GB', 0.08],
    ['BR', 0.05],
    ['DE', 0.03],
  ],
  'pt-BR': [
    ['BR', 0.8],
    ['PT', 0.1],
    ['US', 0.1],
  ],
  'de-DE': [
    ['DE', 0.75],
    ['AT', 0.14],
    ['CH', 0.11],
  ],
  'es-MX': [
    ['MX', 0.72],
    ['US', 0.18],
    ['BR', 0.1],
  ],
  'fr-FR': [
    ['FR', 0.78],
    ['CA', 0.12],
    ['CH', 0.1],
  ],
  'ja-JP': [
    ['JP', 0.95],
    ['US', 0.05],
  ],
}

const devices = [
  ['ios', 0.31],
  ['android', 0.34],
  ['desktop', 0.25],
  ['tablet', 0.1],
] as const

const cards = [
  ['visa', 0.44],
  ['mastercard', 0.32],
  ['amex', 0.24],
] as const

const providers = [
  ['northpay', 0.55],
  ['bluecard', 0.45],
] as const

const variants = [
  ['control', 0.5],
  ['similar', 0.25],
  ['trending', 0.25],
] as const

/** Draws the customers of the shop. */
export function population(seed: number, size: number): User[] {
  const random = seededRandom(seed * 7919 + 1)
  return Array.from({ length: size }, (_, index) => user(random, index))
}

function user(random: Random, index: number): User {
  const locale = random.pick(locales)
  const accountAgeDays = Math.floor(75 * Math.exp(1.1 * random.normal()))
  return {
    id: `u${index + 1}`,
    locale,
    country: random.pick(countriesOf[locale] ?? [['US', 1]]),
    accountAgeDays,
    plan: random.pick(plansAt(accountAgeDays)),
    device: random.pick(devices),
    cardType: random.pick(cards),
    provider: random.pick(providers),
    newSearch: random.next() < 0.3 ? 'on' : 'off',
    recommendations: random.pick(variants),
    activity: Math.exp(0.7 * random.normal()),
  }
}

/** Trials end, and those who stay pay more often the longer they stay. */
function plansAt(accountAgeDays: number): readonly (readonly [string, number])[] {
  const trial = Math.max(0.03, 0.6 - accountAgeDays / 80)
  const business = Math.min(0.15, 0.04 + accountAgeDays / 4000)
  const plus = Math.min(0.45, 0.18 + accountAgeDays / 800)
  return [
    ['trial', trial],
    ['free', 1 - trial - business - plus],
    ['plus', plus],
    ['business', business],
  ]
}
