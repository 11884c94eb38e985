import { hostOf, urlOf } from '../packs/hosts.ts'
import { keyWords } from '../packs/key-nature.ts'
import { secretShape, secretShapeWords } from './secret-shape.ts'

export interface Showing {
  sensitive: boolean
  /** Values that code or contract name for the key. */
  values?: readonly string[]
}

const choiceWords = new Set([
  'provider', 'processor', 'gateway', 'mode', 'env', 'environment', 'driver', 'backend', 'type', 'level', 'strategy', 'region', 'adapter',
  'engine', 'format', 'policy', 'scheme', 'protocol', 'locale', 'language', 'currency', 'store', 'tier', 'plan', 'loglevel', 'dialect', 'zone',
  'country', 'stage', 'profile', 'variant', 'channel', 'encoding', 'timezone', 'tz', 'transport', 'connection', 'algorithm', 'sslmode',
]) // prettier-ignore

/**
 * What may be told of a value. Of a key that is not sensitive: truth values, numbers, durations, sizes, known choices, log
 * levels, and scheme and host of an address without credentials. Of everything else its shape and length.
 */
export function shownValue(key: string, text: string, { sensitive, values = [] }: Showing): string {
  if (text === '') return 'empty'
  const length = `${text.length} ${text.length === 1 ? 'character' : 'characters'}`
  if (sensitive) return `${secretShapeWords[secretShape(text)]}, ${length}`
  if (/^(true|false|yes|no|on|off|enabled|disabled)$/i.test(text)) return text
  if (/^[+-]?\d{1,9}(\.\d{1,6})?\s?(ns|us|ms|s|m|h|d|w|%|[kmgt]i?b?)?$/i.test(text)) return text
  if (/^(trace|debug|verbose|info|notice|warn|warning|error|fatal|critical|silent)$/i.test(text)) {
    return text
  }
  if (values.includes(text) && text.length <= 40) return text
  const choice = choiceWords.has(keyWords(key).at(-1) ?? '')
  if (choice && /^[A-Za-z][\w./-]{0,31}$/.test(text)) return text
  const url = urlOf(text)
  if (url !== undefined && url.host !== '') {
    if (url.user !== '' || url.password !== '') return `address with credentials, ${length}`
    const port = /^\d{1,5}$/.test(url.port) ? `:${url.port}` : ''
    const rest = url.path.length > 1 || url.query.size > 0 ? '/…' : ''
    return url.host.length > 100 || /[^\w.:-]/.test(url.host)
      ? `address, ${length}`
      : `${url.scheme}://${url.host}${port}${rest}`
  }
  const host = hostOf(text)
  if (host !== undefined && host.length <= 100 && isHostKey(key)) return host
  return /^\s*[{[]/.test(text) ? `structured text of ${length}` : `text of ${length}`
}

const isHostKey = (key: string): boolean =>
  keyWords(key).some((word) =>
    /^(host|hostname|hosts|domain|domains|url|uri|endpoint|server|address|addr|origin|dns|proxy|broker|brokers)$/.test(
      word,
    ),
  )
