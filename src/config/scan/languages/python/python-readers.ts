/** Functions of the language and of public libraries that look a key up. */
import type { ReadTier, ValueType } from '../../../key-read.ts'
import { pythonType } from './python-context.ts'

export interface Reader {
  tier: ReadTier
  /** Position of the default. */
  default: number
  /** Position of the conversion. */
  cast?: number
  /** It raises where the key is missing and no default is given. */
  strict: boolean
  type?: ValueType
  via?: string
  /** What it looks up when it is given nothing. */
  bare?: string
}

const methods: Record<string, ValueType | undefined> = {
  str: 'string',
  unicode: 'string',
  bytes: 'string',
  bool: 'boolean',
  int: 'integer',
  float: 'number',
  decimal: 'number',
  json: 'json',
  list: 'list',
  tuple: 'list',
  dict: 'json',
  url: 'url',
  db: 'url',
  db_url: 'url',
  dj_db_url: 'url',
  cache: 'url',
  cache_url: 'url',
  email: undefined,
  email_url: 'url',
  dj_email_url: 'url',
  dj_cache_url: 'url',
  search_url: 'url',
  channels_url: 'url',
  channels: 'url',
  path: 'string',
  get_value: undefined,
  get: undefined,
  timedelta: 'duration',
  datetime: 'string',
  date: 'string',
  time: 'string',
  log_level: 'string',
  enum: 'enum',
  uuid: 'string',
  regex: 'string',
}

const bare: Record<string, string> = {
  db: 'DATABASE_URL',
  db_url: 'DATABASE_URL',
  cache: 'CACHE_URL',
  cache_url: 'CACHE_URL',
  email_url: 'EMAIL_URL',
  search_url: 'SEARCH_URL',
  channels: 'CHANNELS_URL',
  channels_url: 'CHANNELS_URL',
}

const instance =
  /^(?:environ\.(?:Env|FileAwareEnv|env\.Env)|environs\.(?:Env|FileAwareEnv))\(\)(?:\.(\w+))?$/

/** What looks a key up, by the dotted name of the function (`PythonNames.qualified`). */
export function pythonReader(name: string | undefined): Reader | undefined {
  if (!name) return undefined
  const os = /^os\.(?:getenvb?|environb?\.(get|pop|setdefault|__getitem__))$/.exec(name)
  if (os) return { tier: 'direct', default: 1, strict: os[1] === 'pop' || os[1] === '__getitem__' }
  const library = instance.exec(name) ?? /^environs\.env\.(\w+)$/.exec(name)
  if (library) {
    const [, method] = library
    if (method !== undefined && !Object.hasOwn(methods, method)) return undefined
    const type = method === undefined ? undefined : (methods[method] ?? pythonType(method))
    const second = name.startsWith('environs') || (method !== undefined && method !== 'get_value')
    return {
      tier: 'accessor',
      default: second ? 1 : 2,
      cast: second ? -1 : 1,
      strict: true,
      via: name.split('.')[0]!,
      ...(type ? { type } : {}),
      ...(method !== undefined && name.startsWith('environ.') && bare[method]
        ? { bare: bare[method] }
        : {}),
    }
  }
  if (/^decouple\.(?:config|(?:Auto)?Config\(\)(?:\.get)?)$/.test(name))
    return { tier: 'accessor', default: 1, cast: 2, strict: true, via: 'decouple' }
  if (/^starlette\.config\.Config\(\)(?:\.get)?$/.test(name))
    return { tier: 'accessor', default: 2, cast: 1, strict: true, via: 'starlette' }
  return undefined
}

/** Instances whose methods look keys up: they may be used from other files. */
export function isReaderInstance(name: string | undefined): boolean {
  return (
    name !== undefined &&
    /\)$|^decouple\.config$/.test(name) &&
    pythonReader(name)?.tier === 'accessor'
  )
}

export const readerMethods: readonly string[] = Object.keys(methods)
