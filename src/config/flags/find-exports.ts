import { environmentKind } from '../repository/environment-kind.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { readSource } from '../repository/read-source.ts'
import type { Flag } from './flag.ts'
import type { FlagsRead } from './readers/flags-read.ts'
import { readFlags } from './readers/read-flags.ts'

const likely = /flag|feature|toggle|unleash|launch-?darkly|growth-?book/i

/** Exports that lie in a repository, by name and shape; a file that merely has such a name is passed over. */
export async function findExports(
  root: string,
  files: readonly string[],
): Promise<FlagsRead & { exports: string[] }> {
  const flags: Flag[] = []
  const unread: FlagsRead['unread'] = []
  const exports: string[] = []
  for (const file of files) {
    if (!/\.(json|ya?ml)$/i.test(file) || !likely.test(file) || phaseOf(file) === 'test') continue
    const isNamed =
      /\.flagd\.(json|ya?ml)$|(^|\/)(flagd|unleash|launchdarkly|growthbook)[^/]*\.json$/i.test(file)
    const source = await readSource(root, file)
    if (!('text' in source)) {
      if (isNamed && 'unread' in source)
        unread.push({ location: { file, line: 1 }, reason: source.unread })
      continue
    }
    const read = readFlags({ file, text: source.text, environment: environmentOf(file) })
    if (read.flags.length > 0) exports.push(file)
    if (read.flags.length > 0 || isNamed) unread.push(...read.unread)
    flags.push(...read.flags)
  }
  return { flags, unread, exports }
}

/** What the name of a file says of its environment: `flags/staging.json`, `unleash-export.production.json`. */
export function environmentOf(file: string): string {
  const parts = file.replace(/\.(json|ya?ml)$/i, '').split('/')
  for (const part of parts.toReversed()) {
    const name = part
      .replaceAll(
        /\b(flagd?s?|features?|toggles?|unleash|launch-?darkly|growth-?book|exports?)\b/gi,
        '',
      )
      .replaceAll(/^[._-]+|[._-]+$/g, '')
    if (name !== '' && environmentKind(name) !== 'other') return name
  }
  return 'every environment'
}
