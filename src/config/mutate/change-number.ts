/** Wrong numbers and truth values made of right ones. Pure; undefined where there is nothing to change. */
import { keyWords } from '../packs/key-nature.ts'

const quantity = /^([+-]?)(\d{1,15})(?:\.(\d{1,15}))?(\s?[a-zµ]{0,12})$/i

/** Numbers that are names: a thousand times a version is nothing that happens. */
const nameWords = new Set([
  'id', 'ids', 'version', 'name', 'phone', 'zip', 'pin', 'port', 'ports', 'year', 'date', 'account', 'number', 'uid', 'gid', 'sha', 'build',
]) // prettier-ignore

/** Whether a text is a number, with a unit or without, that more or less of makes sense of. */
export function isQuantity(key: string, text: string): boolean {
  return quantity.test(text) && !nameWords.has(keyWords(key).at(-1) ?? '')
}

/** `30` -> `30000`, `0.5s` -> `500s`; exact. */
export function thousandfold(key: string, text: string): string | undefined {
  const parts = isQuantity(key, text) ? quantity.exec(text) : null
  if (parts === null) return undefined
  const [, sign, whole = '', fraction = '', unit] = parts
  const digits = whole + fraction.padEnd(3, '0').slice(0, 3)
  const rest = fraction.slice(3)
  const shown = `${digits.replace(/^0+(?=\d)/, '')}${rest === '' ? '' : `.${rest}`}`
  return /[1-9]/.test(shown) ? `${sign}${shown}${unit}` : undefined
}

export interface Range {
  min?: number | undefined
  max?: number | undefined
}

/** Just outside of a range that is told; else no port, or negative. */
export function outOfRange(key: string, text: string, { min, max }: Range): string | undefined {
  const isPort = /^\d{1,5}$/.test(text) && keyWords(key).includes('port')
  const told = max !== undefined ? max + 1 : min !== undefined ? min - 1 : undefined
  if (told !== undefined && (isPort || isQuantity(key, text))) {
    return `${told}${quantity.exec(text)?.[4] ?? ''}`
  }
  if (isPort) return '70000'
  if (!isQuantity(key, text) || text.startsWith('-')) return undefined
  return `-${/^\+?0+(\.0+)?\D*$/.test(text) ? text.replace('0', '1') : text}`.replace('+', '')
}

const opposites: Record<string, string> = {
  true: 'false', false: 'true', yes: 'no', no: 'yes', on: 'off', off: 'on', enabled: 'disabled', disabled: 'enabled', enable: 'disable', disable: 'enable',
  1: '0', 0: '1', t: 'f', f: 't', y: 'n', n: 'y',
} // prettier-ignore
const synonyms: Record<string, string> = {
  true: 'on', false: 'off', yes: 'true', no: 'false', on: 'yes', off: 'no', enabled: 'true', disabled: 'false', enable: 'true', disable: 'false',
  1: 'yes', 0: 'no', t: 'yes', f: 'no', y: 'on', n: 'off',
} // prettier-ignore

/** A truth value by its text alone: `1` and `y` are none. */
export const isTruthWord = (text: string): boolean =>
  /^(true|false|yes|no|on|off|enabled|disabled)$/i.test(text)

export const opposite = (text: string): string | undefined =>
  inCaseOf(text, opposites[text.toLowerCase()])

export const booleanSynonym = (text: string): string | undefined =>
  inCaseOf(text, synonyms[text.toLowerCase()])

/** A text in the case of another: `TRUE`, `True`, `true`. */
export function inCaseOf(like: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!/[a-z]/.test(like) && /[A-Z]/.test(like)) return text.toUpperCase()
  return /^[A-Z]/.test(like) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
