/**
 * Published as `aftergreen/config-report`: tells what a running process took as its configuration, as keyed fingerprints,
 * never as values. One file without dependencies that runs on Node 18 and later; the protocol is docs/config-drift.md.
 */
import { createHmac } from 'node:crypto'

export const configReportProtocol = 'aftergreen-config-report/1'

/** As the process holds it; `empty` = set to nothing. */
export type EffectiveState = 'set' | 'empty' | 'unset'

export const sourceKinds = ['environment', 'file', 'argument', 'remote', 'default', 'none'] as const
/** Where the value in force came from; `default` = the code's own, `none` = nowhere. */
export type SourceKind = (typeof sourceKinds)[number]

export interface ReportedKey {
  state: EffectiveState
  source: SourceKind
  /** 16 hexadecimal digits. */
  fingerprint: string
}

/** What a process sends: names, states and fingerprints. */
export interface ProcessConfigReport {
  protocol: typeof configReportProtocol
  release: string | null
  environment: string
  component: string
  /** Unique among the running instances of the component. */
  instance: string
  /** When the values were taken: RFC 3339, UTC. */
  loadedAt: string
  /** First 16 hexadecimal digits of SHA-256 of the contract's text, where the process knows it. */
  contractDigest: string | null
  /** Of the secret: two reports with different ones cannot be compared. */
  keyId: string
  /** Equal where all keys, states and values are. */
  digest: string
  keys: Record<string, ReportedKey>
  /** Names that begin with a told prefix, are set, and are not among the keys. */
  unknownKeys: string[]
}

export interface ConfigReporterOptions {
  /** Names of the keys that this process reads. */
  keys: readonly string[]
  component: string
  /** Default: AFTERGREEN_ENVIRONMENT. */
  environment?: string
  /** Default: HOSTNAME and the process id. */
  instance?: string
  /** Default: AFTERGREEN_RELEASE. */
  release?: string
  /** Set names that begin so, and that `keys` lacks, are told by name: a misspelt key is one. */
  prefixes?: readonly string[]
  /** What the code takes where a key is not set. */
  defaults?: Readonly<Record<string, string>>
  /** Set to nothing is the same as not set here. */
  emptyIsUnset?: boolean
  /** Values in force that did not come from the environment, asked at each load: files, arguments, remote settings. */
  values?: () => Readonly<Record<string, { value: string | undefined; source: SourceKind }>>
  contractDigest?: string
  /** At least 32 bytes, the same for all processes of one environment. Default: AFTERGREEN_CONFIG_KEY. */
  secret?: string | Uint8Array
  /** Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>
}

/** What `node:http`, Express and their like pass to a handler. */
export interface ReportResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(text?: string): unknown
}

export interface ConfigReporter {
  /** What was in force at the last load. */
  report(): ProcessConfigReport
  /** Takes the values anew: call it where the process reloads its configuration. */
  reload(): ProcessConfigReport
  /** Answers GET with the report: for the admin port, not for the public one. */
  handle(request: { method?: string | undefined }, response: ReportResponse): void
  /** `aftergreen.config.digest=...,...` in the form of OTEL_RESOURCE_ATTRIBUTES. */
  resourceAttributes(): string
}

const shortestSecret = 32
const mostKeys = 10_000
const mostUnknown = 100

/**
 * Takes the values in force now. Holds the secret, and no value.
 *
 * @throws TypeError where an option is missing or wrong; the message names keys and options, never values.
 */
export function createConfigReporter(options: ConfigReporterOptions): ConfigReporter {
  const env = options.env ?? process.env
  const secret = secretBytes(options.secret ?? env['AFTERGREEN_CONFIG_KEY'])
  const environment = options.environment ?? env['AFTERGREEN_ENVIRONMENT'] ?? ''
  if (environment === '') {
    throw new TypeError('The environment has no name: set AFTERGREEN_ENVIRONMENT.')
  }
  const keys = [...new Set(options.keys)]
  if (keys.length > mostKeys) throw new TypeError(`More than ${mostKeys} keys.`)
  for (const key of keys) {
    if (!isKeyName(key)) throw new TypeError(`This is no name of a key: ${JSON.stringify(key)}.`)
  }
  const load = (): ProcessConfigReport => {
    const told = options.values?.() ?? {}
    const entries = keys.map((key) => [key, reportedKey(key, told, options, env, secret)] as const)
    return {
      protocol: configReportProtocol,
      release: options.release ?? env['AFTERGREEN_RELEASE'] ?? null,
      environment,
      component: options.component,
      instance: options.instance ?? `${env['HOSTNAME'] ?? 'process'}/${process.pid}`,
      loadedAt: new Date().toISOString(),
      contractDigest: options.contractDigest ?? null,
      keyId: configKeyId(secret),
      digest: configDigest(secret, entries),
      keys: Object.fromEntries(entries),
      unknownKeys: unknownKeys(keys, options.prefixes ?? [], env),
    }
  }
  let text = JSON.stringify(load())
  const report = (): ProcessConfigReport => JSON.parse(text) as ProcessConfigReport
  return {
    report,
    reload() {
      text = JSON.stringify(load())
      return report()
    },
    handle({ method = 'GET' }, response) {
      response.setHeader('cache-control', 'no-store')
      if (method !== 'GET' && method !== 'HEAD') {
        response.statusCode = 405
        response.setHeader('allow', 'GET, HEAD')
        response.end()
        return
      }
      response.statusCode = 200
      response.setHeader('content-type', 'application/json')
      response.end(method === 'HEAD' ? undefined : text)
    },
    resourceAttributes() {
      const { digest, contractDigest, keyId } = report()
      const attributes = {
        digest,
        key_id: keyId,
        ...(contractDigest && { contract: contractDigest }),
      }
      return Object.entries(attributes)
        .map(([name, value]) => `aftergreen.config.${name}=${encodeURIComponent(value)}`)
        .join(',')
    },
  }
}

/** HMAC-SHA-256 under the secret of `name 0 state 0 value` in UTF-8, its first 64 bits in hexadecimal. */
export function configFingerprint(
  secret: Uint8Array,
  name: string,
  state: string,
  value: string,
): string {
  return shortHmac(secret, `${name}\0${state}\0${value}`)
}

/** Of `name 0 state 0 fingerprint 0` of every key, by the bytes of their names, after `0 digest 0`. */
export function configDigest(
  secret: Uint8Array,
  entries: readonly (readonly [string, { state: string; fingerprint: string }])[],
): string {
  const sorted = [...entries]
  // in place, as below: Node 18 has no toSorted
  sorted.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  const lines = sorted.map(
    ([name, { state, fingerprint }]) => `${name}\0${state}\0${fingerprint}\0`,
  )
  return shortHmac(secret, `\0digest\0${lines.join('')}`)
}

/** Names the secret without telling it. */
export function configKeyId(secret: Uint8Array): string {
  return shortHmac(secret, '\0key id\0')
}

/** White space around a secret is no part of it. @throws TypeError where it is missing or shorter than 32 bytes. */
export function secretBytes(secret: string | Uint8Array | undefined): Uint8Array {
  const bytes = typeof secret === 'string' ? Buffer.from(secret.trim()) : secret
  if (bytes === undefined || bytes.length === 0) {
    throw new TypeError('There is no secret for fingerprints: set AFTERGREEN_CONFIG_KEY.')
  }
  if (bytes.length < shortestSecret) {
    throw new TypeError(`The secret for fingerprints is shorter than ${shortestSecret} bytes.`)
  }
  return bytes
}

/** What can name a variable, and can be written down: printable, without `=`. */
export function isKeyName(name: string): boolean {
  return name.length <= 256 && /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}=]+$/u.test(name)
}

function shortHmac(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex').slice(0, 16)
}

function reportedKey(
  key: string,
  told: Readonly<Record<string, { value: string | undefined; source: SourceKind }>>,
  { defaults = {}, emptyIsUnset = false }: ConfigReporterOptions,
  env: Readonly<Record<string, string | undefined>>,
  secret: Uint8Array,
): ReportedKey {
  let { value, source } = own(told, key) ?? { value: own(env, key), source: 'environment' }
  if (value === undefined || (emptyIsUnset && value === '')) {
    value = own(defaults, key)
    source = value === undefined ? 'none' : 'default'
  }
  if (value !== undefined && typeof value !== 'string') {
    throw new TypeError(`The value of ${key} is no text: give it as it was read.`)
  }
  const state = value === undefined ? 'unset' : value === '' ? 'empty' : 'set'
  return { state, source, fingerprint: configFingerprint(secret, key, state, value ?? '') }
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.prototype.hasOwnProperty.call(record, key) ? record[key] : undefined

function unknownKeys(
  keys: readonly string[],
  prefixes: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const known = new Set(keys)
  const found = Object.keys(env)
    .filter((name) => !known.has(name) && isKeyName(name) && env[name] !== undefined)
    .filter((name) => prefixes.some((prefix) => prefix !== '' && name.startsWith(prefix)))
    .filter((name) => !name.startsWith('AFTERGREEN_'))
  found.sort()
  return found.slice(0, mostUnknown)
}
