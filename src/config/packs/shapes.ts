import type { Binding } from '../binding.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { editDistance } from '../edit-distance.ts'
import { isMoney, keyWords, maySensitive } from './key-nature.ts'
import { findInPack, type Pack, valuesOf } from './pack.ts'

/** A value of another kind than everything that is known of its key: the other environments, samples, defaults. */
export const shapesPack: Pack = {
  name: 'shapes',
  description: 'a word where all others have a number, a truth value misspelt, a URL that is none',
  check(input, outcome) {
    const witnesses = witnessesOf(input)
    for (const environment of input.environments) {
      for (const { binding, key, text } of valuesOf(environment)) {
        if (text.length > 2000) continue
        if (isMalformed(text)) {
          findInPack(outcome, {
            rule: 'malformed-url',
            severity: 'warning',
            binding,
            effect: 'availability',
            message: `${key} in ${environment.name} looks like an address, and is none.`,
            hint: 'An address begins with https:// and has a host.',
          })
          continue
        }
        checkKind({ binding, key, text }, witnesses.get(key) ?? [], outcome)
      }
    }
  },
}

/** `https:/shop.io`, `htp://shop.io`: one slip away from an address of the web. */
function isMalformed(text: string): boolean {
  if (/^(?:https?|wss?):\/[^/\s]/i.test(text)) return true
  const scheme = /^([a-z ]{2,8}):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'http' || scheme === 'https') return false
  return editDistance(scheme, 'http', 1) <= 1 || editDistance(scheme, 'https', 1) <= 1
}

interface Witness {
  /** Another environment, a sample, a default: two of one kind count once. */
  source: string
  text: string
}

function witnessesOf({
  environments,
  declarations = [],
  reads = [],
}: CheckInput): Map<string, Witness[]> {
  const found = new Map<string, Witness[]>()
  const add = (key: string, witness: Witness): void => {
    const list = found.get(key)
    if (list === undefined) found.set(key, [witness])
    else list.push(witness)
  }
  for (const environment of environments) {
    for (const { key, text } of valuesOf(environment)) {
      add(key, { source: `environment ${environment.name}`, text })
    }
  }
  for (const { key, kind, example } of declarations) {
    const text = example?.reveal().trim() ?? ''
    if (text !== '' && kind === 'sample') add(key, { source: 'sample', text })
  }
  for (const { key, default: given, template, phase } of reads) {
    const text = given?.literal?.trim() ?? ''
    if (text !== '' && !template && phase !== 'test') add(key, { source: 'default', text })
  }
  return found
}

const truth = /^(true|false|yes|no|on|off|1|0|enabled?|disabled?)$/i
/** Words that stand beside numbers and truth values on purpose. */
const sentinel =
  /^(auto|automatic|default|none|null|nil|inf|infinity|unlimited|max|min|all|any|never|always|only|full|random|dynamic|true|false|yes|no|on|off|enabled?|disabled?)$/i

function checkKind(
  { binding, key, text }: { binding: Binding; key: string; text: string },
  witnesses: readonly Witness[],
  outcome: CheckOutcome,
): void {
  if (sentinel.test(text) || /\$\{|\{\{/.test(text)) return
  const others = witnesses.filter(({ source }) => source !== `environment ${binding.environment}`)
  const sources = new Set(others.map(({ source }) => source))
  const agree = (shape: RegExp): boolean => others.every((it) => shape.test(it.text))
  const wasNumber = sources.size >= 2 && !maySensitive(key) && agree(/^[+-]?\d+(\.\d+)?$/)
  // `30s`, `5MB`, `1_000` and `0 5 * * *` are numbers to some
  const odd = wasNumber && !/^[+-]?[\d._,]+\s*[a-zµ]{0,3}$|^[\d*]+[ /]|^0[xob]|^P?T?\d/i.test(text)
  const wasTruth =
    sources.size >= 2 && agree(truth) && others.some((it) => /^(true|false)$/i.test(it.text))
  const near =
    /^[a-z]{3,8}$/i.test(text) &&
    ['true', 'false'].some((word) => editDistance(text.toLowerCase(), word, 1) <= 1)
  const unclear =
    wasTruth && !truth.test(text) && (near || (isMoney(keyWords(key)) && text.length < 12))
  if (!odd && !unclear) return
  findInPack(outcome, {
    rule: 'odd-shape',
    severity: 'warning',
    binding,
    message: `${key} in ${binding.environment} is no ${odd ? 'number' : 'truth value'}, and everything else that is known of it is one.`,
    hint: 'Correct it; if it may be a word as well, name its values in the contract.',
  })
}
