import { readFile, stat } from 'node:fs/promises'

import type { ConfigSnapshot } from '../config/snapshot/config-snapshot.ts'
import { parseSnapshot } from '../config/snapshot/parse-snapshot.ts'
import { AftergreenError } from '../errors.ts'

/** @throws CONFIG_SNAPSHOT */
export async function readSnapshot(file: string): Promise<ConfigSnapshot> {
  let text
  try {
    if ((await stat(file)).size > 256_000_000) throw new RangeError('too large')
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new AftergreenError('CONFIG_SNAPSHOT', `The snapshot ${file} cannot be read.`, {
      hint: 'It must be a file of at most 256 MB that this user may read.',
      cause,
    })
  }
  return parseSnapshot(text, file)
}
