import type { Report } from './text-edit.ts'
import { redacted } from './text-edit.ts'

/**
 * Takes out of a text what is assigned to a secret name: `password=…` of query and connection strings, `"token": …` of
 * JSON, `Authorization: …` of headers. Every part of the text is looked at a fixed number of times.
 * @param on names of the rules that are switched on
 */
export function redactAssigned(text: string, on: ReadonlySet<string>, report: Report): string {
  let result = ''
  let kept = 0
  head.lastIndex = 0
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const [, name = '', quote, separator = ''] = match
    const word = name.toLowerCase().replace(/[^a-z]/g, '')
    const rule = ruleOfName.get(word)
    if (rule === undefined || !on.has(rule)) continue
    const isHeader = word.endsWith('authorization') || word.endsWith('cookie') || word === 'xapikey'
    if (separator === ':' && quote === undefined && !isHeader && rule !== 'password') continue
    const start = head.lastIndex
    const end = valueEnd(text, start, quote !== undefined, isHeader && separator === ':')
    const from = start + openingQuote(text, start).length
    if (end <= from || saysNothing.test(text.slice(from, Math.min(end, from + 80)))) continue
    result += text.slice(kept, from) + redacted(rule)
    kept = end
    head.lastIndex = end
    report(rule)
  }
  return kept === 0 ? text : result + text.slice(kept)
}

/** Names in texts, without dashes and underscores, and their rules. */
const ruleOfName: ReadonlyMap<string, string> = new Map([
  ['authorization', 'authorization'],
  ['cookie', 'cookie'],
  ['jsessionid', 'cookie'],
  ['phpsessid', 'cookie'],
  ['sessionid', 'cookie'],
  ['connectsid', 'cookie'],
  ['xapikey', 'api-key'],
  ['apikey', 'api-key'],
  ['accesskey', 'api-key'],
  ['accountkey', 'api-key'],
  ['token', 'token'],
  ['jwt', 'token'],
  ['secret', 'secret'],
  ['secretkey', 'secret'],
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['pwd', 'password'],
  ['privatekey', 'private-key'],
  ['credential', 'credentials'],
  ['credentials', 'credentials'],
  ['signature', 'signature'],
  ['sig', 'signature'],
  ['cvv', 'card-number'],
  ['cvc', 'card-number'],
])

/** A name, what closes its quotes, and what assigns: but not `==`. */
const head =
  /(authorization|cookie|jsessionid|phpsessid|sessionid|connect\.sid|x-api-key|api[_-]?key|access[_-]?key|account[_-]?key|secret[_-]?key|private[_-]?key|token|jwt|secret|password|passwd|passphrase|pwd|credentials?|signature|(?<![a-z0-9])(?:sig|cvv|cvc))(\\{0,7}["'])?[ \t]{0,3}(=>|=(?!=)|:|%3D)[ \t]{0,3}/gi

/** Values that are no secret, or none any more. */
const saysNothing =
  /^(?:(?:[a-z]{3,9}[ \t]+)?\[redacted:[a-z0-9-]{1,64}\]|null|true|false|none|undefined|nil)$/i

const openingQuote = (text: string, at: number): string => {
  let end = at
  while (text[end] === '\\' && end < at + 8) end++
  return text[end] === '"' || text[end] === "'" ? text.slice(at, end + 1) : ''
}

function valueEnd(text: string, start: number, isQuotedName: boolean, isLine: boolean): number {
  const opening = openingQuote(text, start)
  if (opening !== '') return closingQuote(text, start + opening.length, opening)
  if (isLine && !isQuotedName) return lineEnd(text, start)
  if (isQuotedName && (text[start] === '[' || text[start] === '{')) return bracketEnd(text, start)
  const scheme = /(?:bearer|basic|digest|token|negotiate|apikey)[ \t]{1,3}/iy
  scheme.lastIndex = start
  return bareEnd(text, scheme.test(text) ? scheme.lastIndex : start)
}

/** The same quote again, with as many backslashes as the first one. */
function closingQuote(text: string, start: number, opening: string): number {
  const quote = opening.at(-1)!
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    let slashes = 0
    while (at - slashes > start && text[at - slashes - 1] === '\\') slashes++
    if (opening.length === 1 ? slashes % 2 === 0 : slashes < opening.length) return at - slashes
  }
  return text.length
}

/** Of a header: up to the end of its line, or of the string in which it stands. */
function lineEnd(text: string, start: number): number {
  let at = start
  while (
    at < text.length &&
    !/[\r\n"'`]/.test(text[at]!) &&
    !escapedEnd.test(text.slice(at, at + 2))
  )
    at++
  return at
}

const escapedEnd = /^\\[nr"']/

function bracketEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!
    if (letter === '[' || letter === '{') depth++
    else if ((letter === ']' || letter === '}') && --depth === 0) return at + 1
  }
  return text.length
}

function bareEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!
    if (/[\s&;"'<>]/.test(letter)) return at
    if (letter === '%' && text.startsWith('%26', at)) return at
    if (letter === '\\' && /^\\(?:["'nrt]|u0026)/.test(text.slice(at, at + 6))) return at
    if (letter === ',' && nextPair.test(text.slice(at, at + 50))) return at
  }
  return text.length
}

/** A comma after which something else begins. */
const nextPair = /^,(?:\s|$|["'\\]|[\w.-]{1,40}[=:])/
