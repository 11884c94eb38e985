import type { EffectClass } from '../config-finding.ts'
import { effectClasses } from '../config-finding.ts'
import type { KeyRead } from '../key-read.ts'
import { effectOf, keyWords } from '../packs/key-nature.ts'
import { cosmeticWords, sinkPatterns, tuningWords } from './effect-patterns.ts'

export interface Effect {
  /** Undefined where neither the contract nor name or use tell. */
  effect: EffectClass | undefined
  /** Guessed from the name or from what the value is handed to. */
  inferred: boolean
  /** `the contract says so`, `the name of the key`, `src/pay.ts:4 hands it to a payment client`. */
  because: string
}

/** What a wrong value of a key may do: as the contract says, else the worst that its name and its reads suggest. */
export function inferEffect(
  key: string,
  reads: readonly Pick<KeyRead, 'sink' | 'location' | 'phase'>[],
  declared?: EffectClass,
): Effect {
  if (declared !== undefined) {
    return { effect: declared, inferred: false, because: 'the contract says so' }
  }
  const named = namedEffect(key)
  for (const { sink, location, phase } of reads.slice(0, 200)) {
    if (sink === undefined || phase === 'test') continue
    const pattern = sinkPatterns.find((it) => it.sink.test(sink.slice(0, 200)))
    if (pattern === undefined || rank(pattern.effect) >= rank(named)) continue
    if (isTuning(key) && pattern.effect !== 'money') continue
    const because = `${location.file}:${location.line} hands it to ${pattern.what}`
    return { effect: pattern.effect, inferred: true, because }
  }
  const because = named === undefined ? 'nothing tells what it does' : 'the name of the key'
  return { effect: named, inferred: true, because }
}

function namedEffect(key: string): EffectClass | undefined {
  const words = keyWords(key)
  const effect = effectOf(key)
  if (effect === 'money') return effect
  if (isTuning(key)) return effect === undefined ? undefined : 'availability'
  if (effect === 'auth') return effect
  return words.some((word) => cosmeticWords.has(word)) ? 'cosmetic' : effect
}

function isTuning(key: string): boolean {
  const words = keyWords(key)
  return tuningWords.has(words.at(-1) ?? '') && words.length > 1
}

const rank = (effect: EffectClass | undefined): number =>
  effect === undefined ? effectClasses.length : effectClasses.indexOf(effect)
