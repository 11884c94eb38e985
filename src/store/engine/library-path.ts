import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { enginePackage, type PlatformFacts } from './platform.ts'

/**
 * Path of the engine's library, as installed by the `chdb` package for this platform.
 * @throws PLATFORM_UNSUPPORTED, ENGINE_START (the platform's package is not installed)
 */
export function libraryPath(facts: PlatformFacts): string {
  const name = enginePackage(facts)
  try {
    // the platform packages are dependencies of chdb, so that they need not be visible from here
    const chdb = createRequire(import.meta.url).resolve('chdb/package.json')
    const file = path.join(
      path.dirname(createRequire(chdb).resolve(`${name}/package.json`)),
      'libchdb.so',
    )
    if (existsSync(file)) return file
  } catch (error) {
    throw notInstalled(name, error)
  }
  throw notInstalled(name)
}

function notInstalled(name: string, cause?: unknown): AftergreenError {
  return new AftergreenError(
    'ENGINE_START',
    `The embedded engine's package ${name} is not installed.`,
    {
      hint: 'Install again without leaving out optional dependencies, or set AFTERGREEN_CLICKHOUSE_URL to a ClickHouse server.',
      cause,
    },
  )
}
