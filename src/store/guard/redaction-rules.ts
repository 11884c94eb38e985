import { redactAssigned } from './assigned-secrets.ts'
import { findCardNumbers } from './card-numbers.ts'
import { keyRuleNames, keyWords, ruleOfWords } from './key-rules.ts'
import type { LinearPattern } from './linear-pattern.ts'
import { redactJson } from './redact-json.ts'
import type { Report } from './text-edit.ts'
import { redacted, replaceRanges } from './text-edit.ts'
import { shapeRules } from './token-shapes.ts'

/** Rules that a user added. */
export interface KeyPatternRule {
  readonly name: string
  /** Matches a whole key. */
  readonly key: RegExp
}
export interface ValuePatternRule {
  readonly name: string
  readonly value: LinearPattern
  /** Every match contains one of these texts; empty: unknown. */
  readonly contains: readonly string[]
}

export interface RedactionSettings {
  /** Names of default rules that are switched off. */
  readonly off: ReadonlySet<string>
  readonly keys: readonly KeyPatternRule[]
  readonly values: readonly ValuePatternRule[]
  /** Keys whose values are left as they are. */
  readonly allow: readonly RegExp[]
}

export const defaultSettings: RedactionSettings = {
  off: new Set(),
  keys: [],
  values: [],
  allow: [],
}

/** The names of all default rules. */
export const defaultRuleNames: readonly string[] = [
  ...new Set([...keyRuleNames, 'signature', ...shapeRules.map(({ name }) => name)]),
]

/** What is secret: decided for keys and for texts. The same text and rules have always the same result. */
export class RedactionRules {
  readonly settings: RedactionSettings
  readonly #on: ReadonlySet<string>
  readonly #shapes: typeof shapeRules

  constructor(settings: RedactionSettings = defaultSettings) {
    this.settings = settings
    this.#on = new Set(defaultRuleNames.filter((name) => !settings.off.has(name)))
    this.#shapes = shapeRules.filter(({ name }) => this.#on.has(name))
  }

  /** Whether any default rule looks into texts. */
  get looksIntoTexts(): boolean {
    return this.#on.size > 0
  }

  /** The rule that takes out the whole value of an attribute with this key. */
  ruleOfKey(key: string): string | undefined {
    if (this.allows(key)) return undefined
    const own = this.settings.keys.find((rule) => rule.key.test(key))
    if (own !== undefined) return own.name
    const rule = ruleOfWords(keyWords(key))
    return rule !== undefined && this.#on.has(rule) ? rule : undefined
  }

  allows(key: string): boolean {
    return this.settings.allow.some((pattern) => pattern.test(key))
  }

  /** A count of tokens is no token; everything else may be secret as a number, too. */
  takesNumbers(rule: string): boolean {
    return rule !== 'token' && rule !== 'cookie'
  }

  /** Whether a whole number is that of a card. */
  isCardNumber(digits: string): boolean {
    return this.#on.has('card-number') && findCardNumbers(digits).length > 0
  }

  /** A text without secrets; one that is JSON by its structure, too. */
  redactText(text: string, report: Report, depth = 0): string {
    const isJson = depth < 4 && (text.startsWith('{') || text.startsWith('['))
    if (isJson) {
      const counted: string[] = []
      const result = redactJson(
        text,
        {
          ruleOfKey: (key) => this.ruleOfKey(key),
          allows: (key) => this.allows(key),
          redactText: (inner, report) => this.redactText(inner, report, depth + 1),
          takesNumbers: (rule) => this.takesNumbers(rule),
        },
        (rule) => counted.push(rule),
      )
      if (result !== undefined) {
        counted.forEach(report)
        return result
      }
    }
    return this.#redactPlain(text, report)
  }

  #redactPlain(text: string, report: Report): string {
    let result = text
    for (const shape of this.#shapes) result = shape.redact(result, report)
    if (this.#on.has('card-number')) {
      result = replaceRanges(result, findCardNumbers(result), 'card-number', report)
    }
    if (this.#on.size > 0) result = redactAssigned(result, this.#on, report)
    for (const { name, value } of this.settings.values) {
      result = redactPattern(result, name, value, report)
    }
    return result
  }
}

function redactPattern(text: string, name: string, pattern: LinearPattern, report: Report): string {
  const bytes = Buffer.from(text)
  const ranges = pattern.findAll(bytes, 0, bytes.length)
  if (ranges.length === 0) return text
  const parts: Buffer[] = []
  let kept = 0
  for (const { start, end } of ranges) {
    parts.push(bytes.subarray(kept, start), Buffer.from(redacted(name)))
    kept = end
    report(name)
  }
  return Buffer.concat([...parts, bytes.subarray(kept)]).toString()
}
