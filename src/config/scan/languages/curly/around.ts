/** What the code around a lookup tells: its default, whether it is needed, its type, and where it goes. */
import type { DefaultValue, ValueType } from '../../../key-read.ts'
import { pathBefore } from './calls.ts'
import type { Range } from './calls.ts'
import type { Token } from './tokens.ts'

export interface Around {
  default?: DefaultValue
  required?: boolean
  type?: ValueType
  sink?: string
}

const defaultMethods = new Set(
  'unwrap_or unwrap_or_else unwrap_or_default orElse orElseGet getOrElse or_else ifEmpty ifBlank map_or GetValueOrDefault'.split(
    ' ',
  ),
)
const requiredMethods = new Set([
  'unwrap',
  'expect',
  'orElseThrow',
  'get_or_panic',
  'context',
  'with_context',
])
const requiring = new Set([
  'requireNonNull',
  'checkNotNull',
  'requireNotNull',
  'checkNotNull',
  'ThrowIfNull',
  'ThrowIfNullOrEmpty',
])
const transparent = new Set([
  'ofNullable',
  'Some',
  'Ok',
  'trim',
  'of',
  'String',
  'valueOf',
  'ToString',
  'let',
  'unquote',
])
const integerNames =
  /^(?:u|i)(?:8|16|32|64|128|size)$|^(?:int|long|short|Integer|Long|Int|Short|ToInt32|ToInt64|parseInt|parseLong|toInt|toLong|toIntOrNull|toLongOrNull|NonZero\w+)$/
const numberNames =
  /^(?:f32|f64|float|double|decimal|Double|Float|ToDouble|ToDecimal|parseDouble|parseFloat|toDouble|toFloat|BigDecimal|Decimal)$/
const booleanNames =
  /^(?:bool|boolean|Boolean|ToBoolean|parseBoolean|toBoolean|toBooleanStrict|toBooleanStrictOrNull|Bool)$/
const urlNames = /^(?:URI|URL|Uri|Url|HttpUrl)$/
const durationNames = /^(?:Duration|TimeSpan)$/
const listNames = /^(?:List|Vec|IEnumerable|Set|HashSet|split|Split|IList|ICollection)$/

export function typeNamed(name: string): ValueType | undefined {
  if (integerNames.test(name)) return 'integer'
  if (numberNames.test(name)) return 'number'
  if (booleanNames.test(name)) return 'boolean'
  if (urlNames.test(name)) return 'url'
  if (durationNames.test(name)) return 'duration'
  return listNames.test(name) ? 'list' : undefined
}

/** Of the expression from `start` to behind the token `close`. */
export function around(tokens: readonly Token[], start: number, close: number): Around {
  const found: Around = {}
  let begin = start
  let end = close
  for (let hop = 0; hop < 4; hop++) {
    end = readSuffix(tokens, end, found)
    const before = tokens[begin - 1]
    if (before?.text === '&' || before?.text === '!') {
      begin--
      continue
    }
    if (before?.text !== '(' || before.match < end) break
    const { path, start: outer } = pathBefore(tokens, begin - 2)
    const name = path.at(-1)
    if (!name) {
      begin--
      end = before.match
      continue
    }
    const type = typeNamed(name) ?? path.map(typeNamed).find(Boolean)
    if (type) found.type ??= type
    else if (requiring.has(name)) found.required = true
    else if (!transparent.has(name)) {
      const isNew = tokens[outer - 1]?.text === 'new'
      if (/^(?:if|while|switch|return|for|when|match|println|print|assert)/.test(name)) break
      found.sink = `${isNew ? 'new ' : ''}${path.join('.').replaceAll('()', '')}`.slice(0, 80)
      break
    }
    begin = outer
    end = before.match
  }
  return found
}

/** Reads `.method(...)`, `?: x`, `?? x`, `?`, `!!` behind a token; gives the last token it understood. */
function readSuffix(tokens: readonly Token[], close: number, found: Around): number {
  let at = close
  for (let step = 0; step < 12; step++) {
    const next = tokens[at + 1]
    if (!next || next.kind !== 'sign') return at
    if (next.text === '!!') found.required = true
    else if (next.text === '?' && isTry(tokens, at + 1)) found.required ??= true
    else if (next.text === '?:' || next.text === '??') {
      const value = tokens[at + 2]
      if (value?.text === 'throw' || value?.text === 'error') found.required = true
      else if (value && value.text !== 'return')
        found.default = literalAt(tokens, { start: at + 2, end: at + 5 }, false)
      return at + 1
    } else if (next.text === '==' || next.text === '!=') {
      if (
        /^(?:true|1|false|yes|on)$/i.test(
          tokens[at + 2]?.kind === 'string' ? tokens[at + 2]!.text : '',
        )
      )
        found.type ??= 'boolean'
      return at
    } else if (next.text === '.' || next.text === '?.') {
      const method = tokens[at + 2]
      if (method?.kind !== 'name') return at
      let open = at + 3
      if (tokens[open]?.text === '::' && tokens[open + 1]?.text === '<') {
        const type = tokens
          .slice(open + 2, open + 8)
          .find((token) => token.kind === 'name' && typeNamed(token.text))
        if (type && method.text === 'parse') found.type ??= typeNamed(type.text)!
        while (open < at + 16 && tokens[open] && tokens[open]!.text !== '(') open++
      }
      const isCall = tokens[open]?.text === '(' && tokens[open]!.match > open
      const range = isCall
        ? { start: open + 1, end: tokens[open]!.match }
        : { start: open, end: open }
      if (isCall) readMethod(tokens, method.text, range, found)
      at = isCall ? tokens[open]!.match : at + 2
      continue
    } else return at
    at++
  }
  return at
}

function readMethod(tokens: readonly Token[], name: string, range: Range, found: Around): void {
  if (defaultMethods.has(name)) {
    const panics = tokens.slice(range.start, Math.min(range.end, range.start + 30))
    if (panics.some((token) => /^(?:panic|throw|exit|error|bail)$/.test(token.text)))
      found.required = true
    else found.default ??= literalAt(tokens, range, false)
  } else if (requiredMethods.has(name)) found.required = true
  else if (/^(?:equals|equalsIgnoreCase|Equals|eq_ignore_ascii_case|contentEquals)$/.test(name)) {
    const value = tokens[range.start]
    if (value?.kind === 'string' && /^(?:true|1|false|yes|on)$/i.test(value.text))
      found.type ??= 'boolean'
  } else {
    const type = typeNamed(name)
    if (type) found.type ??= type
  }
}

/** `?` of Rust stands before the end of an expression; `a ? b : c` does not. */
function isTry(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]
  return !next || (next.kind === 'sign' && /^[.;,)\]}]$/.test(next.text))
}

/** The only literal in a range: `"x"`, `"x".to_string()`, `|_| 5`, `true`. */
export function literalAt(tokens: readonly Token[], range: Range, forEmpty: boolean): DefaultValue {
  for (let at = range.start; at < Math.min(range.end, range.start + 12); at++) {
    const token = tokens[at]
    if (!token) break
    if (token.kind === 'string' && !token.text.includes('*'))
      return { literal: token.text.slice(0, 200), forEmpty }
    if (token.kind === 'number') {
      const negative = tokens[at - 1]?.text === '-' && at > range.start
      return {
        literal:
          (negative ? '-' : '') + token.text.replace(/_?[uif](?:8|16|32|64|size)$|[Ll]$/, ''),
        forEmpty,
      }
    }
    if (token.text === 'true' || token.text === 'false') return { literal: token.text, forEmpty }
    if (
      token.kind === 'name' &&
      !/^(?:String|Some|Ok|to_string|from|to_owned|into|Cow|Borrowed|_)$/.test(token.text)
    )
      break
  }
  return { literal: undefined, forEmpty }
}
