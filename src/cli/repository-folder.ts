import { realpath, stat } from 'node:fs/promises'

import { AftergreenError } from '../errors.ts'

/** The folder that a `config` command looks at, without symbolic links. @throws CONFIG_ROOT where there is none. */
export async function repositoryFolder(path: string): Promise<string> {
  const folder = await stat(path).catch(() => undefined)
  if (folder?.isDirectory() === true) return await realpath(path)
  throw new AftergreenError('CONFIG_ROOT', `There is no folder ${path}.`, {
    hint: 'Give the folder of a repository, or run the command in it.',
  })
}
