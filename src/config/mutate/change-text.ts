/** Wrong texts made of right ones: secrets, addresses, names. Pure; undefined where there is nothing to change. */
import { createHmac } from 'node:crypto'
import { hostOf } from '../packs/hosts.ts'
import { keyWords } from '../packs/key-nature.ts'

/** Around the password of an address. */
const password = /^((?:jdbc:)?[a-z][\w+.-]*:\/\/[^:@/?#]*:)([^@/?#]+)(@.*)$/is

const isAddress = (text: string): boolean => /^[a-z][\w+.:-]*:\/\//i.test(text)

/** Of an address only its password: without one there is no secret to change. */
function onSecret(text: string, change: (token: string) => string | undefined): string | undefined {
  const parts = password.exec(text)
  if (parts === null) return isAddress(text) ? undefined : change(text)
  const changed = change(parts[2]!)
  return changed === undefined ? undefined : `${parts[1]}${changed}${parts[3]}`
}

/** The last quarter is gone, at least one character. */
export function truncated(text: string): string | undefined {
  return onSecret(text, (token) =>
    token.length < 2 ? undefined : token.slice(0, Math.floor(token.length * 0.75)),
  )
}

/**
 * Another secret that looks the same: a beginning that tells its kind (`sk_live_`) and marks (`-`, `.`, PEM lines) stay,
 * letters and digits become others. Of the text and `seed` alone.
 */
export function rotated(text: string, seed: Uint8Array): string | undefined {
  return onSecret(text, (token) => {
    const kept = /^(?:[A-Za-z]{1,10}[_-]){1,3}(?=.{4})/.exec(token)?.[0].length ?? 0
    const bytes = new Stream(seed, token)
    const changed = token
      .slice(kept)
      .split('\n')
      .map((line) => (line.startsWith('-----') ? line : rotatedLine(line, bytes)))
      .join('\n')
    const whole = token.slice(0, kept) + changed
    return whole === token ? undefined : whole
  })
}

const alphabets = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789']

function rotatedLine(line: string, bytes: Stream): string {
  const hexadecimal = /^[0-9a-f]{16,}$/.test(line) ? ['0123456789abcdef'] : alphabets
  let changed = ''
  for (const character of line) {
    const alphabet = hexadecimal.find((letters) => letters.includes(character))
    if (alphabet === undefined) changed += character
    else {
      // never the same one: a digit of a short number would else often stay
      const by = 1 + (bytes.next() % (alphabet.length - 1))
      changed += alphabet[(alphabet.indexOf(character) + by) % alphabet.length]
    }
  }
  return changed
}

/** As many bytes as are asked for, of seed and text. */
class Stream {
  readonly #seed: Uint8Array
  readonly #text: string
  #block = Buffer.alloc(0)
  #at = 0
  #count = 0

  constructor(seed: Uint8Array, text: string) {
    this.#seed = seed
    this.#text = text
  }

  next(): number {
    if (this.#at === this.#block.length) {
      const about = `rotated\0${this.#count++}\0${this.#text}`
      this.#block = createHmac('sha256', this.#seed).update(about).digest()
      this.#at = 0
    }
    return this.#block[this.#at++]!
  }
}

const address = /^((?:jdbc:)?)([a-z][\w+.-]*)(:\/\/(?:[^@/?#]*@)?)(\[[^\]]*\]|[^/?#:,;@]+)(.*)$/is

const otherSchemes: Record<string, string> = {
  https: 'http', http: 'https', wss: 'ws', ws: 'wss', postgres: 'mysql', postgresql: 'mysql', mysql: 'postgresql', mariadb: 'postgresql', redis: 'rediss',
  rediss: 'redis', amqp: 'amqps', amqps: 'amqp', mongodb: 'mongodb+srv', 'mongodb+srv': 'mongodb', smtp: 'smtps', smtps: 'smtp', grpc: 'grpcs', grpcs: 'grpc',
} // prettier-ignore

export function otherScheme(text: string): string | undefined {
  const parts = address.exec(text)
  if (parts === null) return undefined
  const [, jdbc, scheme = '', before, host, rest] = parts
  return `${jdbc}${otherSchemes[scheme.toLowerCase()] ?? 'http'}${before}${host}${rest}`
}

const hostWords =
  /^(host|hostname|hosts|domain|domains|url|uri|endpoint|server|address|addr|origin|dns|proxy|broker|brokers)$/

/**
 * A name below the same host, or an address that is never routed: a wrong host of this kind leads to nobody else, even where
 * a run has the network.
 */
export function otherHost(key: string, text: string): string | undefined {
  const parts = address.exec(text)
  if (parts !== null) {
    const [, jdbc, scheme, before, host = '', rest] = parts
    return `${jdbc}${scheme}${before}${wrongHost(host)}${rest}`
  }
  const named = keyWords(key).some((word) => hostWords.test(word))
  const bare = /^([a-z0-9][\w.-]*)(:\d{1,5})?$/i.exec(text)
  if (bare === null || !(named || (bare[2] !== undefined && hostOf(text) !== undefined))) {
    return undefined
  }
  // a number is a port
  if (/^\d+$/.test(bare[1]!)) return undefined
  return `${wrongHost(bare[1]!)}${bare[2] ?? ''}`
}

function wrongHost(host: string): string {
  // RFC 5737 and RFC 3849: for documentation
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host))
    return host === '192.0.2.44' ? '192.0.2.45' : '192.0.2.44'
  if (host.startsWith('[')) return '[2001:db8::44]'
  return host.includes('.') ? `old.${host}` : `old-${host}`
}

export function otherPort(key: string, text: string): string | undefined {
  const whole = /^\d{1,5}$/.test(text) && keyWords(key).includes('port')
  if (whole) return nextPort(text)
  const parts =
    /^((?:jdbc:)?[a-z][\w+.-]*:\/\/(?:[^@/?#]*@)?(?:\[[^\]]*\]|[^/?#:,;@]+):)(\d{1,5})(?!\d)(.*)$/is.exec(
      text,
    ) ?? /^((?!\d+:)[\w.-]+:)(\d{1,5})()$/.exec(text)
  return parts === null ? undefined : `${parts[1]}${nextPort(parts[2]!)}${parts[3]}`
}

const nextPort = (text: string): string =>
  String(Number(text) >= 65_535 ? 65_534 : Number(text) + 1)

/** A name with a slip in it that nobody else has: a doubled letter once, a letter left out, neighbours swapped. */
export function misspelt(key: string, isTaken: (name: string) => boolean): string | undefined {
  const parts = [...key.matchAll(/[A-Za-z]+/g)].toSorted((a, b) => b[0].length - a[0].length)
  const part = parts[0]
  if (part === undefined || part[0].length < 3) return undefined
  const [word] = part
  const doubled = /([A-Za-z])\1/.exec(word)?.index
  const middle = Math.floor(word.length / 2)
  const slips = [
    ...(doubled === undefined ? [] : [word.slice(0, doubled) + word.slice(doubled + 1)]),
    word.slice(0, middle) + word.slice(middle + 1),
    `${word.slice(0, middle - 1)}${word[middle]}${word[middle - 1]}${word.slice(middle + 1)}`,
    word + word.at(-1)!,
  ]
  return slips
    .map((slip) => key.slice(0, part.index) + slip + key.slice(part.index + word.length))
    .find((name) => name !== key && !isTaken(name))
}
