import { secretShape } from '../diff/secret-shape.ts'
import { isSensitiveName } from '../rules/sensitive-name.ts'
import type { Decision } from './decide.ts'
import type { FlagView } from './flag-view.ts'
import { unknownDefault, valuesOf } from './flag-view.ts'

/** A value (as JSON) as it may be shown: texts that may be secrets only by their length. */
export function shownValue(key: string, json: string): string {
  if (json === unknownDefault || !json.startsWith('"') || json.endsWith('which is not defined')) {
    return json.length <= 40 || !/^[[{]/.test(json) ? json : `JSON of ${json.length} characters`
  }
  const looksSecret = ['live', 'test'].includes(secretShape(json.slice(1, -1)))
  if (isSensitiveName(key) || looksSecret || /[\w+/=-]{24}/.test(json)) {
    return `a text of ${json.length - 2} characters`
  }
  return json.length <= 42 ? json : `${json.slice(0, 39)}…"`
}

/** `true`, `30 % true, 70 % false`, `unknown`. */
export function decisionText(view: FlagView, decision: Decision): string {
  const values = valuesOf(view, decision)
  const { key } = view.flag
  const parts =
    values.size === 1 && decision.unknown === undefined
      ? [...values.keys()].map((value) => shownValue(key, value))
      : [...values].map(([value, percent]) => `${round(percent)} % ${shownValue(key, value)}`)
  if (decision.unknown !== undefined) parts.push('unknown')
  return parts.join(', ') || 'nothing'
}

const round = (percent: number): number => Math.round(percent * 10) / 10

/** What the code takes when nobody answers. */
export function downText({ flag, codeDefaults, evaluations }: FlagView): string {
  if (codeDefaults.length > 0)
    return codeDefaults.map((it) => shownValue(flag.key, it)).join(' or ')
  return evaluations.length > 0 ? 'a default that is computed' : 'not asked here'
}
