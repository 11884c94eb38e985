import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { componentViews } from '../rules/check-views.ts'
import { isMoney, isSecretName, keyWords } from './key-nature.ts'
import { findInPack, type Pack, valuesOf } from './pack.ts'
import type { ModeSaid } from './payment-modes.ts'
import { isSelector, modeOf, processorIn } from './payment-modes.ts'
import { isPlaceholder } from './placeholders.ts'

/** Which processor gets real transactions, and whether production and everything else are on the right side of it. */
export const paymentPack: Pack = {
  name: 'payment',
  description:
    'live keys outside production, test keys and sandboxes in production, another processor than staging',
  check(input, outcome) {
    for (const environment of input.environments) {
      checkModes(environment, outcome)
      checkMixture(environment, outcome)
      checkPlaceholders(environment, outcome)
      checkUnknown(environment, outcome)
    }
    checkProcessors(input, outcome)
  },
}

const said = ({ provider, by }: ModeSaid, mode: string): string => {
  const of = provider === 'payment' ? 'a payment processor' : provider
  if (by === 'key') return `looks like a ${mode} key of ${of}`
  if (by === 'host') return `leads to the ${mode} side of ${of}`
  if (by === 'reference') return `refers to a secret that is called ${mode}`
  return `chooses the ${mode} side of ${of}`
}

/** Keys of this shape are also those of a service that people sign in with. */
const effectFor = (key: string): 'money' | 'auth' =>
  keyWords(key).some((word) => ['clerk', 'auth', 'login', 'captcha'].includes(word))
    ? 'auth'
    : 'money'

function checkModes({ kind, bindings, name }: LoadedEnvironment, outcome: CheckOutcome): void {
  if (kind === 'other') return
  for (const binding of bindings) {
    const mode = modeOf(binding)
    if (mode === undefined) continue
    const { key } = binding
    const evidence = mode.by === 'key' || mode.by === 'host' ? 'proved' : 'inferred'
    const effect = effectFor(key)
    if (mode.mode === 'live' && kind !== 'production') {
      findInPack(outcome, {
        rule: mode.by === 'key' ? 'payment-live-key' : 'payment-live-mode',
        binding,
        evidence,
        effect,
        message: `${key} in ${name} ${said(mode, 'live')}: real money moves there.`,
        hint: `Put the test side's value into ${name}, and rotate the live key if it was shared.`,
      })
    } else if (mode.mode === 'test' && kind === 'production') {
      findInPack(outcome, {
        rule: mode.by === 'key' ? 'payment-test-key' : 'payment-test-mode',
        binding,
        evidence,
        effect,
        message: `${key} in ${name} ${said(mode, 'test')}: real transactions do not go through.`,
        hint: `Put the live side's value into ${name}.`,
      })
    }
  }
}

/** Half of a processor's keys live, the other half test: whatever the environment, one of them is wrong. */
function checkMixture(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const view of componentViews(environment)) {
    const first = new Map<string, { binding: Binding; mode: ModeSaid }>()
    for (const binding of view.bindings.values()) {
      const mode = modeOf(binding)
      if (mode === undefined || namesSide(binding.key)) continue
      const other = first.get(mode.provider)
      if (other === undefined) first.set(mode.provider, { binding, mode })
      else if (other.mode.mode !== mode.mode) {
        const [live, test] =
          mode.mode === 'live' ? [binding, other.binding] : [other.binding, binding]
        findInPack(outcome, {
          rule: 'payment-mixed-modes',
          binding: live,
          others: [test],
          effect: effectFor(binding.key),
          evidence: 'proved',
          message: `In ${environment.name}, ${live.key} is of the live side of ${mode.provider} and ${test.key} of the test side.`,
          hint: 'All keys of one processor belong to one side.',
        })
        first.delete(mode.provider)
      }
    }
  }
}

/** `STRIPE_TEST_KEY` beside `STRIPE_LIVE_KEY`: both are meant to be there. */
const namesSide = (key: string): boolean =>
  keyWords(key)
    .slice(0, -1)
    .some((word) => /^(test|live|sandbox)$/.test(word)) || /_(test|live|sandbox)$/i.test(key)

function checkPlaceholders(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  if (environment.kind !== 'production') return
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const credential = isSecretName(key) || /^(key|id|token)$/.test(words.at(-1) ?? '')
    if (!isMoney(words) || !credential || isSelector(key, text)) continue
    if (!isPlaceholder(text) && !/^[a-z]{2}_(live|test)_.{0,8}$/.test(text)) continue
    findInPack(outcome, {
      rule: 'payment-placeholder',
      binding,
      effect: 'money',
      message: `${key} in ${environment.name} looks like a placeholder, not like a key.`,
      hint: 'Put the real key in, from the secret store.',
    })
  }
}

function checkUnknown({ kind, bindings, name }: LoadedEnvironment, outcome: CheckOutcome): void {
  if (kind !== 'production') return
  for (const { key, state, component, location, detail = '' } of bindings) {
    if (state !== 'unknown' || !isSelector(key)) continue
    outcome.skip(['payment-processor', name, component, key], {
      kind: 'unknown-value',
      location,
      reason: `${key} decides which payment processor gets real transactions in ${name}, and is not known: ${detail}`,
    })
  }
}

/** Production on another processor than the environment that is to be its rehearsal. */
function checkProcessors({ environments, contract }: CheckInput, outcome: CheckOutcome): void {
  const production = environments.filter(({ kind }) => kind === 'production')
  const staging = environments.filter(({ kind }) => kind === 'staging')
  for (const real of production) {
    for (const { binding, key, text } of valuesOf(real)) {
      const chosen = processorOf(key, text)
      if (chosen === undefined || contract?.keys?.[key]?.mayDiffer !== undefined) continue
      for (const rehearsal of staging) {
        const same = [...valuesOf(rehearsal)].filter((it) => it.key === key)
        const near = same.filter((it) => it.binding.component === binding.component)
        for (const other of near.length > 0 ? near : same) {
          const rehearsed = processorOf(key, other.text)
          if (rehearsed === undefined || rehearsed === chosen) continue
          findInPack(outcome, {
            rule: 'payment-processor-differs',
            binding,
            others: [other.binding],
            effect: 'money',
            message: `${key} sends real transactions of ${real.name} to another processor than the one ${rehearsal.name} is tested with.`,
            hint: `Set the processor that is meant; if the difference is, say so in the contract (mayDiffer of ${key}).`,
          })
        }
      }
    }
  }
}

/** The processor that a selector names, without its side; undefined where it names none (`sandbox`, `true`). */
function processorOf(key: string, text: string): string | undefined {
  if (!isSelector(key, text) || !/^[\w.\- ]{2,64}$/.test(text)) return undefined
  const known = processorIn(text)
  if (known !== undefined) return known
  const last = keyWords(key).findLast((word) => !/^(name|type)$/.test(word)) ?? ''
  if (!/^(provider|processor|gateway|psp|acquirer|backend|driver|adapter|vendor)$/.test(last))
    return undefined
  const rest = keyWords(text).filter(
    (word) =>
      !/^(sandbox|test|testing|mock|fake|dummy|noop|stub|demo|live|prod|production|staging|v\d+|none|null|true|false)$/.test(
        word,
      ),
  )
  return rest.length === 0 ? undefined : rest.join('-')
}
