import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { Command } from 'commander'

import { countOf } from '../../config/report/finding-words.ts'
import { AftergreenError } from '../../errors.ts'
import { attachTo } from '../attach-snapshot.ts'
import { fingerprintSecret, namedEnvironment } from '../config-environment.ts'
import { attachedText, changesText } from '../render-config-changes.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText } from '../wrap-text.ts'

interface SnapshotFlags {
  environment: string
  release?: string
  service?: string
  server?: string
  out?: string
  against?: string
  keyFile?: string
  path: string
  contract?: string
  code: boolean
  cache: string | false
}

export function configSnapshotCommand(terminal: Terminal): Command {
  return new Command('snapshot')
    .description('what an environment binds, as fingerprints: made when a release is deployed')
    .requiredOption('--environment <environment>', 'a name, or NAME=FILE[,FILE]')
    .option('--release <id>', 'the release that is deployed with it')
    .option(
      '--service <name>',
      'instead of --release: the release of this service that is being watched',
    )
    .option(
      '--server <url>',
      'attach it to the release there (default: write it only, or with --service AFTERGREEN_SERVER)',
    )
    .option('--out <file>', 'where it is written (default: standard output)')
    .option(
      '--against <file>',
      'an earlier snapshot: tell what changed, and whether a canary could show it',
    )
    .option('--key-file <file>', 'the secret of the fingerprints (default: AFTERGREEN_CONFIG_KEY)')
    .option('--path <folder>', 'folder of the repository', '.')
    .option('--contract <file>', 'the contract (default: config.contract.yaml in the folder)')
    .option('--no-code', 'do not look at where the code reads the keys')
    .option('--cache <folder>', 'where facts about files are kept between runs')
    .option('--no-cache', 'keep nothing')
    .addHelpText(
      'after',
      `
No value is in a snapshot: keyed fingerprints, with the file and line of each binding.
Examples:
  aftergreen config snapshot --environment production --release rel_42 --out after.json --against before.json
  aftergreen config snapshot --environment production --service checkout --server http://127.0.0.1:4319
Exit codes:
  0   everything was read
  2   not everything could be read; the snapshot says what
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: SnapshotFlags) => {
      process.exitCode = await snapshot(flags, terminal)
    })
}

async function snapshot(flags: SnapshotFlags, terminal: Terminal): Promise<number> {
  const attach = await attachTo(flags, terminal)
  const secret = await fingerprintSecret(flags.keyFile, terminal)
  const { readSnapshot } = await import('../read-snapshot.ts')
  const before = flags.against === undefined ? undefined : await readSnapshot(flags.against)
  const { root, environment, contractDigest } = await namedEnvironment(flags.environment, flags)
  const { takeSnapshot } = await import('../../config/snapshot/take-snapshot.ts')
  const taken = takeSnapshot({
    environment,
    secret,
    takenAt: new Date().toISOString(),
    ...(flags.release === undefined ? {} : { release: flags.release }),
    ...(contractDigest === undefined ? {} : { contractDigest }),
    ...(flags.code ? { reads: await readsIn(root, flags, terminal) } : {}),
  })
  const text = JSON.stringify(taken, null, 2)
  const say = (line: string): void => {
    if (flags.out === undefined && attach === undefined) terminal.note(line)
    else terminal.say(line)
  }
  const { changedInputs } = await import('../../config/snapshot/changed-inputs.ts')
  const changes = before === undefined ? undefined : changedInputs(before, taken)
  if (flags.out === undefined) {
    if (attach === undefined) terminal.say(text)
  } else {
    await writeWhole(flags.out, `${text}\n`)
    say(
      cleanText(
        `${flags.out}: ${countOf(taken.inputs.length, 'binding')} of ${environment.name}, as fingerprints.`,
      ),
    )
  }
  if (changes !== undefined) say(changesText(changes, terminal.width))
  if (attach !== undefined) say(attachedText(await attach(taken), terminal.width))
  for (const { file, line, reason } of taken.unread.slice(0, 20)) {
    terminal.note(cleanText(`${file}:${line}: ${reason}`))
  }
  return taken.unread.length > 0 || taken.inputs.length === 0 ? 2 : 0
}

async function readsIn(root: string, { cache }: SnapshotFlags, { env }: Terminal) {
  const [{ scanRepository }, { cacheFolder }] = await Promise.all([
    import('../../config/scan/scan-repository.ts'),
    import('../../config/scan/facts-cache.ts'),
  ])
  const kept = typeof cache === 'string' ? cache : cacheFolder(env)
  return (await scanRepository(root, cache === false ? {} : { cache: kept })).reads
}

/** Whole or not at all. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new AftergreenError('CONFIG_OUTPUT', `The file ${path} cannot be written.`, {
      hint: 'The folder must exist, and this user must be allowed to write in it.',
      cause,
    })
  }
}
