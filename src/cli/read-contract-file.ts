import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'

import type { ConfigContract } from '../config/contract/config-contract.ts'
import type { ParsedContract } from '../config/contract/parse-contract.ts'
import { AftergreenError } from '../errors.ts'

export interface ContractText {
  file: string
  /** Undefined with `parsed`: there is none. */
  text?: string
  parsed?: ParsedContract
}

/** The contract that is told, else the one of the folder, without a mistake in it. @throws CONFIG_CONTRACT */
export async function readContractText(
  root: string,
  told: string | undefined,
): Promise<ContractText> {
  const file = resolve(told ?? resolve(root, 'config.contract.yaml'))
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (told === undefined && error.code === 'ENOENT') return undefined
    throw new AftergreenError('CONFIG_CONTRACT', `The contract ${file} cannot be read.`, {
      hint: 'Give another file with --contract, or leave the option out.',
      cause: error,
    })
  })
  if (text === undefined) return { file }
  const { parseContract } = await import('../config/contract/parse-contract.ts')
  const parsed = parseContract(text, relative(root, file))
  const [problem, ...others] = parsed.problems
  if (problem !== undefined) {
    const { file: name, line, column = 1 } = problem.location
    const more = others.length === 0 ? '' : ` ${others.length} more places are wrong.`
    throw new AftergreenError('CONFIG_CONTRACT', `${name}:${line}:${column}: ${problem.message}`, {
      hint: `Correct the contract first; aftergreen config check tells everything that is wrong with it.${more}`,
    })
  }
  return { file, text, parsed }
}

/** What it says; undefined where there is none. @throws CONFIG_CONTRACT */
export async function readContractFile(
  root: string,
  told: string | undefined,
): Promise<ConfigContract | undefined> {
  return (await readContractText(root, told)).parsed?.contract
}
