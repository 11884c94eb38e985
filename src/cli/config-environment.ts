/** One environment as a command line names it, and the secret that its fingerprints are made with. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'

import type { ConfigContract } from '../config/contract/config-contract.ts'
import { secretBytes } from '../config/drift/config-reporter.ts'
import type { EnvironmentPlan, LoadedEnvironment } from '../config/repository/load-environments.ts'
import { AftergreenError } from '../errors.ts'
import { repositoryFolder } from './repository-folder.ts'
import type { Terminal } from './terminal.ts'

export interface NamedEnvironment {
  root: string
  plan: EnvironmentPlan
  environment: LoadedEnvironment
  contract?: ConfigContract
  /** First 16 hexadecimal digits of SHA-256 of the contract's text. */
  contractDigest?: string
}

/**
 * Loads `NAME` (of the contract, or found by the names of files) or `NAME=FILE[,FILE]`.
 *
 * @throws CONFIG_ROOT, CONFIG_CONTRACT, CONFIG_ENVIRONMENT
 */
export async function namedEnvironment(
  asked: string,
  flags: { path: string; contract?: string },
): Promise<NamedEnvironment> {
  const root = await repositoryFolder(flags.path)
  const [{ walkRepository }, { planEnvironments }, { loadEnvironments }] = await Promise.all([
    import('../config/repository/walk-repository.ts'),
    import('../config/repository/plan-environments.ts'),
    import('../config/repository/load-environments.ts'),
  ])
  const read = await contractOf(flags.contract, root)
  const { files } = await walkRepository(root)
  const told = /^[^=,]+=./.test(asked) ? [fromRoot(asked, root)] : []
  const name = told.length === 0 ? asked : asked.slice(0, asked.indexOf('='))
  const plans = [
    ...planEnvironments(told, read?.contract, files).plans,
    // a contract names some; others may be found beside it
    ...(told.length === 0 ? planEnvironments([], undefined, files).plans : []),
  ]
  const plan = plans.find((it) => it.name === name)
  if (plan === undefined) {
    const names = [...new Set(plans.map((it) => it.name))].slice(0, 20).join(', ')
    throw new AftergreenError('CONFIG_ENVIRONMENT', `There is no environment ${name}.`, {
      hint: `${names === '' ? 'None was found' : `Found: ${names}`}. Name its files: ${name}=FILE,FILE`,
    })
  }
  const [environment] = loadEnvironments(root, [plan], files)
  if (environment === undefined) throw new Error('one environment was planned')
  return { root, plan, environment, ...read }
}

/**
 * From `file`, else AFTERGREEN_CONFIG_KEY, else the file that AFTERGREEN_CONFIG_KEY_FILE names.
 *
 * @throws CONFIG_SECRET; nothing of the secret is in the message.
 */
export async function fingerprintSecret(
  file: string | undefined,
  { env }: Pick<Terminal, 'env'>,
): Promise<Uint8Array> {
  const { AFTERGREEN_CONFIG_KEY: own, AFTERGREEN_CONFIG_KEY_FILE: named } = env
  const path = file ?? (own === undefined || own === '' ? named : undefined)
  const hint =
    'Set AFTERGREEN_CONFIG_KEY, or give --key-file: the same secret of at least 32 bytes as the processes of that environment, such as "openssl rand -hex 32" makes.'
  let text = own
  if (path !== undefined && path !== '') {
    try {
      if ((await stat(path)).size > 65_536) throw new RangeError('too large')
      text = await readFile(path, 'utf8')
    } catch (cause) {
      const message = `The file of the secret for fingerprints, ${path}, cannot be read.`
      throw new AftergreenError('CONFIG_SECRET', message, { hint, cause })
    }
  }
  try {
    return secretBytes(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The secret for fingerprints is wrong.'
    throw new AftergreenError('CONFIG_SECRET', message, { hint })
  }
}

async function contractOf(
  told: string | undefined,
  root: string,
): Promise<Pick<NamedEnvironment, 'contract' | 'contractDigest'> | undefined> {
  const file = resolve(told ?? resolve(root, 'config.contract.yaml'))
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (told === undefined && missing) return undefined
    throw new AftergreenError('CONFIG_CONTRACT', `The contract ${file} cannot be read.`, {
      hint: 'Give another file with --contract, or leave the option out.',
      cause,
    })
  }
  const { parseContract } = await import('../config/contract/parse-contract.ts')
  const { contract, problems } = parseContract(text, relative(root, file))
  const problem = problems[0]
  if (contract === undefined || problem !== undefined) {
    const { location, message } = problem ?? { location: { file, line: 1 }, message: 'Unreadable.' }
    throw new AftergreenError('CONFIG_CONTRACT', `${location.file}:${location.line}: ${message}`, {
      hint: 'Correct the contract first.',
    })
  }
  return { contract, contractDigest: createHash('sha256').update(text).digest('hex').slice(0, 16) }
}

/** `name=path,path` as the repository's root sees the paths. */
function fromRoot(text: string, root: string): string {
  const sign = text.indexOf('=') + 1
  const paths = text.slice(sign).split(',')
  return (
    text.slice(0, sign) +
    paths
      .filter((path) => path !== '')
      .map((path) => relative(root, resolve(path)))
      .join(',')
  )
}
