/** Public libraries that hand out the environment, or look keys up in it. */
import type { Meaning } from '../../file-facts.ts'

const environment: Meaning = { is: 'environment' }
const lookup: Meaning = { is: 'accessor', keyParameter: 0, defaultParameter: 1 }
const plainLookup: Meaning = { is: 'accessor', keyParameter: 0 }
const required: Meaning = { is: 'accessor', keyParameter: 0, required: true }
const typed = (names: string[], meaning: Meaning): Record<string, Meaning> =>
  Object.fromEntries(names.map((name) => [name, meaning]))

const effectConfig: Meaning = {
  is: 'object',
  members: typed(
    [
      'string',
      'number',
      'integer',
      'boolean',
      'redacted',
      'secret',
      'duration',
      'date',
      'url',
      'port',
      'nonEmptyString',
      'literal',
    ],
    plainLookup,
  ),
}
const environmentOf: Meaning = { is: 'object', members: { env: environment } }
const nest: Meaning = { is: 'object', members: { get: lookup, getOrThrow: required } }
const envVar: Meaning = { is: 'object', members: { get: plainLookup } }

/** By module, then by imported name; `*` = the module itself, and its default export too. */
const modules: Record<string, Record<string, Meaning>> = {
  process: { env: environment, '*': environmentOf },
  'node:process': { env: environment, '*': environmentOf },
  'std-env': { env: environment, process: environmentOf },
  bun: { env: environment },
  'cloudflare:workers': { env: environment },
  '$env/dynamic/private': { env: environment },
  '$env/dynamic/public': { env: environment },
  'astro:env/server': { getSecret: plainLookup },
  '@nestjs/config': { ConfigService: nest },
  'env-var': { '*': envVar, get: plainLookup, default: envVar },
  nconf: { '*': { is: 'object', members: { get: plainLookup } } },
  getenv: { '*': lookup, default: lookup },
  'prisma/config': { env: required },
  '@prisma/config': { env: required },
  effect: { Config: effectConfig },
  'effect/Config': {
    '*': effectConfig,
    ...typed(['string', 'number', 'boolean', 'redacted'], plainLookup),
  },
  '@adonisjs/core/env': {},
}

export function knownMeaning(module: string, imported: string): Meaning | undefined {
  const known = Object.hasOwn(modules, module) ? modules[module]! : undefined
  if (known === undefined) return undefined
  return Object.hasOwn(known, imported)
    ? known[imported]
    : imported === 'default'
      ? known['*']
      : undefined
}

/** Modules whose every name is a key: SvelteKit's and Astro's. */
export const namesAreKeys = (module: string): boolean =>
  /^\$env\/static\/|^astro:env\//.test(module)

/** Functions that give the environment, or an object that holds it: by module and name. */
export const givesEnvironment = (module: string, imported: string): boolean =>
  (module === 'vite' && imported === 'loadEnv') ||
  (module === '@rsbuild/core' && imported === 'loadEnv')

/** Functions that fill the schema that they get from the environment, whatever else they get. */
export const fillsFromEnvironment = (module: string): boolean =>
  /^(@t3-oss\/env(-\w+)?|env-schema|@fastify\/env|fastify-env|envsafe|@julr\/vite-plugin-validate-env|@adonisjs\/(core\/)?env|ts-dotenv|typed-env)$/.test(
    module,
  )
