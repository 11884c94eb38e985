import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { componentViews } from '../rules/check-views.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { keyWords } from './key-nature.ts'
import { findInPack, type Pack, valuesOf } from './pack.ts'

/** Numbers that cannot be meant: ports that are none, limits below nothing, one environment a thousand times another. */
export const numbersPack: Pack = {
  name: 'numbers',
  description:
    'ports that are none, negative sizes and times, a least above its most, a thousandfold of the other environment',
  check(input, outcome) {
    for (const environment of input.environments) {
      checkSingly(environment, outcome)
      checkOrder(environment, outcome)
    }
    checkThousandfold(input, outcome)
  },
}

/** Names of times and sizes, where a unit may slip, and of things that a process has few of. */
const timeWords =
  /^(timeout|timeouts|ttl|interval|delay|lifetime|expiry|expires|expiration|expire|age|window|duration|period|wait|backoff|idle|grace|ms|millis|milliseconds|sec|secs|second|seconds|minute|minutes|hours|days)$/
const amountWords =
  /^(worker|workers|thread|threads|concurrency|pool|conns|connections|retries|attempts|replicas|instances|processes|jobs|count)$/
const sizeWords = /^(size|bytes|kb|mb|gb|memory|length|buffer)$/

const isSigned = (text: string): boolean => /^-?\d{1,18}$/.test(text)
const isTime = (words: readonly string[]): boolean => words.some((word) => timeWords.test(word))
const isAmount = (words: readonly string[]): boolean => words.some((word) => amountWords.test(word))

function checkSingly(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    if (!isSigned(text)) continue
    const words = keyWords(key)
    const value = Number(text)
    if (words.at(-1) === 'port') {
      // 0 asks the system for any port: for what others are to find, that is none
      const any = value === 0 && environment.kind !== 'production'
      if ((value >= 1 && value <= 65_535) || any) continue
      findInPack(outcome, {
        rule: 'port-range',
        severity: 'warning',
        binding,
        effect: 'availability',
        evidence: 'proved',
        message: `${key} in ${name} is no port: ports go from 1 to 65,535.`,
        hint: 'Put the port in.',
      })
      continue
    }
    const counts = isTime(words) || isAmount(words)
    const negative = value < -1 && (counts || words.some((word) => sizeWords.test(word)))
    // a timer of 32 bits turns more than these milliseconds into none
    if (!negative && !(counts && value > 2 ** 31 - 1)) continue
    findInPack(outcome, {
      rule: negative ? 'negative-number' : 'number-overflow',
      severity: 'warning',
      binding,
      effect: 'availability',
      message: `${key} in ${name} is ${negative ? 'below nothing' : 'larger than 32 bits hold'}, for a time, a size or a count.`,
      hint: 'Put the number that is meant, in the unit that the code expects.',
    })
  }
}

/** `X_MIN` above `X_MAX`. */
function checkOrder(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { bindings } of componentViews(environment)) {
    for (const [key, least] of bindings) {
      const other = key.replace(/(^|_)MIN(?=_|$)/i, (part) =>
        part.replace(/min/i, (word) => (word === 'min' ? 'max' : 'MAX')),
      )
      const most = other === key ? undefined : bindings.get(other)
      if (most === undefined) continue
      const [low, high] = [numberOf(least), numberOf(most)]
      // nothing and -1 often stand for "no limit"
      if (low === undefined || high === undefined || low <= high || high <= 0) continue
      findInPack(outcome, {
        rule: 'min-above-max',
        severity: 'warning',
        binding: least,
        others: [most],
        effect: 'availability',
        evidence: 'proved',
        message: `${key} is above ${other} in ${environment.name}.`,
        hint: 'Correct one of the two.',
      })
    }
  }
}

/** Seconds taken for milliseconds, or bytes for kilobytes: exactly a thousand times what the other environment has. */
function checkThousandfold({ environments, contract }: CheckInput, outcome: CheckOutcome): void {
  const real = environments.filter(({ kind }) => kind === 'production' || kind === 'staging')
  const nameOf = ({ component, key }: Binding): string => `${component}\0${key}`
  const alike = Map.groupBy(
    real.flatMap(({ bindings }) => bindings),
    nameOf,
  )
  for (const environment of real) {
    for (const { binding, key } of valuesOf(environment)) {
      const words = keyWords(key)
      if (!isTime(words) && !isAmount(words) && !words.some((word) => sizeWords.test(word)))
        continue
      const { mayDiffer, perEnvironment, increasesAlong } = contract?.keys?.[key] ?? {}
      if ((mayDiffer ?? perEnvironment ?? increasesAlong) !== undefined) continue
      const value = numberOf(binding)
      if (value === undefined || value < 1000) continue
      const other = alike
        .get(nameOf(binding))
        ?.find((it) => it.environment !== environment.name && (numberOf(it) ?? 0) * 1000 === value)
      if (other === undefined) continue
      findInPack(outcome, {
        rule: 'thousandfold',
        severity: 'warning',
        binding,
        others: [other],
        effect: 'availability',
        message: `${key} in ${environment.name} is exactly a thousand times what ${other.environment} has: probably another unit.`,
        hint: 'Look up the unit that the code expects; if the difference is meant, say so in the contract (mayDiffer).',
      })
    }
  }
}

function numberOf({ state, value }: Binding): number | undefined {
  const text = state === 'set' && value !== undefined ? value.reveal().trim() : ''
  return isSigned(text) ? Number(text) : undefined
}
