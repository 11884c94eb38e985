import { writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { Command } from 'commander'

import { AftergreenError } from '../../errors.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'

interface InitFlags {
  contract?: string
  print?: true
  cache: string | false
}

export function configInitCommand(terminal: Terminal): Command {
  return new Command('init')
    .description('write a first contract from what the code, samples and schemas say')
    .argument('[path]', 'folder of the repository', '.')
    .option('--contract <file>', 'where it is written (default: config.contract.yaml)')
    .option('--print', 'print it instead')
    .option('--cache <folder>', 'where facts about files are kept between runs')
    .option('--no-cache', 'keep nothing')
    .addHelpText(
      'after',
      `
Types, defaults, required, sensitive and effect come from the code's own schemas and uses; what is guessed is marked. No
value of a key that may be secret is written. A contract that exists is never overwritten.
Examples:
  aftergreen config init
  aftergreen config init ../shop --print`,
    )
    .action(async (path: string, flags: InitFlags) => {
      await init(path, flags, terminal)
    })
}

async function init(path: string, flags: InitFlags, terminal: Terminal): Promise<void> {
  const root = await repositoryFolder(path)
  const file = resolve(flags.contract ?? resolve(root, 'config.contract.yaml'))
  const [looking, planning, loading, inferring, writing, { cacheFolder }] = await Promise.all([
    import('../../config/repository/look-at-repository.ts'),
    import('../../config/repository/plan-environments.ts'),
    import('../../config/repository/load-environments.ts'),
    import('../../config/contract/infer-contract.ts'),
    import('../../config/contract/contract-text.ts'),
    import('../../config/scan/facts-cache.ts'),
  ])
  const cache = typeof flags.cache === 'string' ? flags.cache : cacheFolder(terminal.env)
  const looked = await looking.lookAtRepository(root, {
    code: true,
    ...(flags.cache === false ? {} : { cache }),
  })
  const { plans } = planning.planEnvironments([], undefined, looked.files)
  const environments = loading.loadEnvironments(root, plans, looked.files)
  const inferred = inferring.inferContract({
    reads: looked.reads ?? [],
    declarations: looked.declarations,
    environments,
    plans,
  })
  const text = writing.contractText(inferred)
  if (flags.print) {
    terminal.say(text.trimEnd())
    return
  }
  const name = relative(process.cwd(), file)
  try {
    // fails where the file is there already, whoever made it in the meantime
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new AftergreenError(
      exists ? 'CONFIG_CONTRACT' : 'CONFIG_OUTPUT',
      exists ? `There is a contract already: ${name}.` : `The contract ${name} cannot be written.`,
      {
        hint: exists
          ? 'See what a new one would say with --print, or name another file with --contract.'
          : 'The folder must exist, and this user must be allowed to write in it.',
        cause: error,
      },
    )
  }
  const keys = Object.keys(inferred.contract.keys ?? {}).length
  terminal.say(
    `${name}: ${keys} keys, ${plans.length === 0 ? 'no environment found' : `environments ${plans.map((it) => it.name).join(', ')}`}. Read it, correct it, then: aftergreen config check`,
  )
}
