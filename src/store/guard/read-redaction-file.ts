import { readFileSync } from 'node:fs'
import { AftergreenError } from '../../errors.ts'
import { lineOf, lineOfSyntaxError } from './json-lines.ts'
import { LinearPattern } from './linear-pattern.ts'
import { PatternError } from './pattern-error.ts'
import type { KeyPatternRule, RedactionSettings, ValuePatternRule } from './redaction-rules.ts'
import { defaultRuleNames } from './redaction-rules.ts'

/**
 * Reads a file of redaction rules; its form is described in docs/redaction.md.
 * @throws REDACTION_FILE with the line and the name of the rule
 */
export function readRedactionFile(path: string): RedactionSettings {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new AftergreenError('REDACTION_FILE', `The redaction file ${path} cannot be read.`, {
      hint: 'AFTERGREEN_REDACTION names a JSON file with redaction rules.',
      cause: error,
    })
  }
  return parseRedaction(text, path)
}

/** @param name of the file, for messages */
export function parseRedaction(text: string, name: string): RedactionSettings {
  const refuse = (line: number, problem: string): never => {
    throw new AftergreenError('REDACTION_FILE', `${name}, line ${line}: ${problem}.`, {
      hint: 'docs/redaction.md describes the file. Aftergreen does not start with rules that it cannot follow.',
    })
  }
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    return refuse(lineOfSyntaxError(text, error), 'this is not JSON')
  }
  if (!isObject(file)) return refuse(1, 'the file is not a JSON object')
  for (const field of Object.keys(file)) {
    if (!['rules', 'off', 'allow'].includes(field)) {
      refuse(lineOf(text, field), `"${field}" is not known; "rules", "off" and "allow" are`)
    }
  }
  const off = new Set<string>()
  for (const rule of list(file['off'], () => refuse(lineOf(text, 'off'), '"off" is not a list'))) {
    if (typeof rule !== 'string' || !defaultRuleNames.includes(rule)) {
      const known = defaultRuleNames.join(', ')
      refuse(lineOf(text, rule), `${JSON.stringify(rule)} is no default rule; these are: ${known}`)
    } else off.add(rule)
  }
  const allow = list(file['allow'], () =>
    refuse(lineOf(text, 'allow'), '"allow" is not a list'),
  ).map((key) =>
    typeof key === 'string' && key !== ''
      ? keyPattern(key)
      : refuse(lineOf(text, key), `${JSON.stringify(key)} in "allow" is not a key`),
  )
  const keys: KeyPatternRule[] = []
  const values: ValuePatternRule[] = []
  const rules = list(file['rules'], () => refuse(lineOf(text, 'rules'), '"rules" is not a list'))
  for (const [index, rule] of rules.entries()) readRule(rule, index, text, refuse, keys, values)
  return { off, allow, keys, values }
}

type Refuse = (line: number, problem: string) => never

function readRule(
  rule: unknown,
  index: number,
  text: string,
  refuse: Refuse,
  keys: KeyPatternRule[],
  values: ValuePatternRule[],
): void {
  const ruleName = isObject(rule) ? rule['name'] : undefined
  if (
    !isObject(rule) ||
    typeof ruleName !== 'string' ||
    !/^[a-z0-9][a-z0-9-]{0,63}$/.test(ruleName)
  ) {
    const line = ruleName === undefined ? lineOf(text, 'rules') : lineOf(text, ruleName)
    return refuse(
      line,
      `rule ${index + 1} has no "name" of small letters, digits and dashes, such as "customer-number"`,
    )
  }
  const start = Math.max(text.indexOf(JSON.stringify(ruleName)), 0)
  const bad = (field: string, problem: string): never =>
    refuse(lineOf(text, rule[field] ?? ruleName, start), `rule "${ruleName}": ${problem}`)
  for (const field of Object.keys(rule)) {
    if (!['name', 'key', 'value', 'contains', 'ignoreCase'].includes(field)) {
      refuse(lineOf(text, field, start), `rule "${ruleName}": "${field}" is not known`)
    }
  }
  const { key, value, contains, ignoreCase = false } = rule
  if ((key === undefined) === (value === undefined)) {
    return bad('name', 'it must have either "key" or "value"')
  }
  if (typeof ignoreCase !== 'boolean') return bad('ignoreCase', '"ignoreCase" is not true or false')
  if (key !== undefined) {
    if (typeof key !== 'string' || key === '') return bad('key', '"key" is not a text')
    keys.push({ name: ruleName, key: keyPattern(key) })
    return
  }
  if (typeof value !== 'string') return bad('value', '"value" is not a text')
  const texts = list(contains, () => bad('contains', '"contains" is not a list'))
  for (const part of texts) {
    if (typeof part !== 'string' || part.length < 2) {
      bad('contains', '"contains" holds something that is not a text of at least two characters')
    }
  }
  if (texts.length > 0 && ignoreCase)
    return bad('ignoreCase', '"contains" is always exact: not with "ignoreCase"')
  try {
    const pattern = new LinearPattern(value, ignoreCase)
    values.push({ name: ruleName, value: pattern, contains: texts as string[] })
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    bad('value', `"value" is no expression that can be used: ${error.message}`)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function list(value: unknown, refuse: () => never): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : refuse()
}

/** `*` stands for any characters; case does not matter. At most one attempt a position and star: keys are short. */
function keyPattern(key: string): RegExp {
  const parts = key.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is')
}
