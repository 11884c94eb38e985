import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'

import type { ConfigContract } from '../config/contract/config-contract.ts'
import { AftergreenError } from '../errors.ts'

/** The contract that is told, else the one of the folder; undefined where that has none. @throws CONFIG_CONTRACT */
export async function readContractFile(
  root: string,
  told: string | undefined,
): Promise<ConfigContract | undefined> {
  const file = resolve(told ?? resolve(root, 'config.contract.yaml'))
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (told === undefined && error.code === 'ENOENT') return undefined
    throw new AftergreenError('CONFIG_CONTRACT', `The contract ${file} cannot be read.`, {
      hint: 'Give another file with --contract, or leave the option out.',
      cause: error,
    })
  })
  if (text === undefined) return undefined
  const { parseContract } = await import('../config/contract/parse-contract.ts')
  const { contract, problems } = parseContract(text, relative(root, file))
  const [problem] = problems
  if (problem !== undefined) {
    const { file: name, line } = problem.location
    throw new AftergreenError('CONFIG_CONTRACT', `${name}:${line}: ${problem.message}`, {
      hint: 'Correct the contract; aftergreen config check tells everything that is wrong with it.',
    })
  }
  return contract
}
