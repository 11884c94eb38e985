import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { hostClass, hostOf, type UrlParts, urlOf } from './hosts.ts'
import { isDatabase, isSecretName, keyWords } from './key-nature.ts'
import { findInPack, isOff, type Pack, valuesOf } from './pack.ts'
import { isPlaceholder } from './placeholders.ts'

const schemes =
  /^(postgres|postgresql|mysql|mysql2|mariadb|mongodb|mongodb\+srv|redis|rediss|valkey|amqp|amqps|sqlserver|mssql|oracle|cockroachdb|clickhouse|cassandra|postgresql\+\w+|mysql\+\w+|prisma\+postgres)$/
const weak =
  /^(postgres|password|passwd|pass|root|admin|administrator|mysql|mariadb|mongo|mongodb|guest|user|test|dev|secret|changeme|example|123456?|12345678|toor|sa|default|redis)$/i

/** Databases, caches and queues: where they are, who may enter, and through how many doors. */
export const databasePack: Pack = {
  name: 'database',
  description:
    'localhost, default passwords, no TLS and odd pools in production; one database for two environments',
  check(input, outcome) {
    for (const environment of input.environments) {
      if (environment.kind === 'production') checkProduction(environment, outcome)
      checkPools(environment, outcome)
    }
    checkShared(input, outcome)
  },
}

function checkProduction(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const url = urlOf(text)
    const data = url !== undefined && schemes.test(url.scheme) ? url : undefined
    if (data === undefined && !isDatabase(words)) continue
    const last = words.at(-1) ?? ''
    const host =
      data?.host ??
      (/^(host|hostname|server|addr|address|url|uri|hosts)$/.test(last) ? hostOf(text) : undefined)
    if (host !== undefined && ['loopback', 'example', 'tunnel'].includes(hostClass(host))) {
      findInPack(outcome, {
        rule: 'database-host',
        severity: hostClass(host) === 'loopback' ? 'warning' : 'error',
        binding,
        effect: 'availability',
        message: `${key} in ${name} leads to ${hostClass(host) === 'loopback' ? 'the machine itself' : 'a host that is only an example'}.`,
        hint: `Put the database of ${name} in.`,
      })
    }
    const password =
      data?.password ?? (/^(password|passwd|pass|pwd)$/.test(last) || isSecretName(key) ? text : '')
    const decoded = password === '' ? '' : decoding(password)
    if (
      decoded !== '' &&
      (weak.test(decoded) || isPlaceholder(decoded) || decoded === data?.user)
    ) {
      findInPack(outcome, {
        rule: 'database-default-password',
        binding,
        effect: 'auth',
        message: `${key} in ${name} has a password that everybody tries first.`,
        hint: 'Set a random one, from the secret store.',
      })
    }
    checkTls(binding, key, text, data, name, outcome)
  }
}

function decoding(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function checkTls(
  binding: Binding,
  key: string,
  text: string,
  data: UrlParts | undefined,
  name: string,
  outcome: CheckOutcome,
): void {
  const words = keyWords(key)
  const mode =
    data?.query.get('sslmode') ??
    data?.query.get('ssl') ??
    data?.query.get('tls') ??
    data?.query.get('ssl-mode') ??
    data?.query.get('usessl')
  const open =
    data === undefined
      ? /^(sslmode|ssl|tls)$/.test(words.slice(-1)[0]!) || words.slice(-2).join('_') === 'ssl_mode'
        ? /^(disable|disabled|false|off|no|0)$/i.test(text)
        : false
      : mode !== undefined && isOff(mode.replace('disable', 'disabled'))
  // inside a private network it is a choice that many make
  if (!open || (data !== undefined && hostClass(data.host) !== 'public')) return
  findInPack(outcome, {
    rule: 'database-no-tls',
    severity: 'warning',
    binding,
    effect: 'auth',
    message: `${key} in ${name} turns TLS off between the program and its database.`,
    hint: 'Require TLS and verify the certificate (sslmode=verify-full).',
  })
}

function checkPools(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const pool =
      words.includes('pool') ||
      words.includes('connections') ||
      words.slice(-2).join('_') === 'connection_limit'
    const isSize =
      words.some((word) => /^(size|max|limit|maximum|connections)$/.test(word)) &&
      !words.some((word) =>
        /^(timeout|idle|lifetime|age|ms|seconds|min|overflow|usage|thread|threads|worker|workers)$/.test(
          word,
        ),
      )
    const url = urlOf(text)
    const inUrl =
      url !== undefined && schemes.test(url.scheme)
        ? (url.query.get('connection_limit') ??
          url.query.get('pool_size') ??
          url.query.get('maxpoolsize'))
        : undefined
    const size =
      inUrl ?? (pool && isSize && (isDatabase(words) || words.includes('pool')) ? text : undefined)
    if (size === undefined || !/^-?\d{1,9}$/.test(size)) continue
    const count = Number(size)
    if (count > 0 && count <= 1000) continue
    findInPack(outcome, {
      rule: 'database-pool',
      severity: 'warning',
      binding,
      effect: 'availability',
      message: `${key} in ${environment.name} sets ${count <= 0 ? 'a pool without connections' : 'a pool of more than 1,000 connections'}.`,
      hint: 'Some databases take 0 for "no limit"; set the number that is meant.',
    })
  }
}

/** The same database, on a host that is not just the machine, in production and elsewhere. */
function checkShared({ environments }: CheckInput, outcome: CheckOutcome): void {
  const production = environments.filter(({ kind }) => kind === 'production')
  const others = environments.filter(({ kind }) => kind !== 'production' && kind !== 'other')
  for (const real of production) {
    const places = new Map<string, Binding>()
    for (const { binding, text } of valuesOf(real)) {
      const place = placeOf(text)
      if (place !== undefined) places.set(place, binding)
    }
    for (const other of others) {
      for (const { binding, text } of valuesOf(other)) {
        const place = placeOf(text)
        const same = place === undefined ? undefined : places.get(place)
        if (same === undefined) continue
        findInPack(outcome, {
          rule: 'database-shared',
          binding,
          others: [same],
          effect: 'data-loss',
          evidence: 'proved',
          message: `${binding.key} in ${other.name} leads to the database of ${real.name}.`,
          hint: `Give ${other.name} a database of its own.`,
        })
      }
    }
  }
}

function placeOf(text: string): string | undefined {
  const url = urlOf(text)
  if (url === undefined || !schemes.test(url.scheme) || hostClass(url.host) !== 'public')
    return undefined
  return `${url.host}:${url.port}${url.path}`
}
