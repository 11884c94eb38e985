import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'

import type { EnvironmentDiff } from '../config/diff/environment-diff.ts'
import { AftergreenError } from '../errors.ts'
import type { Terminal } from './terminal.ts'

export interface AcceptFlags {
  accept?: string
  reason?: string
  owner?: string
  expires?: string
}

/** @throws USAGE before anything is read. */
export function checkAcceptFlags(flags: AcceptFlags & { baselineMayGrow?: true }): void {
  const usage = (message: string, hint: string): AftergreenError =>
    new AftergreenError('USAGE', message, { hint })
  if (flags.accept === undefined) {
    if (flags.owner !== undefined || flags.expires !== undefined) {
      throw usage('Nothing is accepted.', 'Name the key: --accept KEY --reason TEXT.')
    }
    return
  }
  if ((flags.reason ?? '').trim() === '') {
    throw usage('A difference is accepted only with a reason.', 'Give --reason TEXT.')
  }
  const { expires } = flags
  if (expires === undefined) return
  const day = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? new Date(`${expires}T00:00:00Z`) : undefined
  if (
    day === undefined ||
    Number.isNaN(day.getTime()) ||
    day.toISOString().slice(0, 10) !== expires
  ) {
    throw usage(`${expires} is no date.`, 'Give one such as 2027-01-31.')
  }
  if (expires < new Date().toISOString().slice(0, 10)) {
    throw usage(`${expires} has passed.`, 'Give a day to come, or leave --expires out.')
  }
}

export interface Accepting {
  text: string | undefined
  file: string
  root: string
  known: readonly string[]
  compared: EnvironmentDiff
}

/** Writes `--accept KEY --reason TEXT` into the contract. @throws USAGE where there is nothing to accept. */
export async function acceptConfigDifference(
  { accept: key = '', reason = '', owner, expires }: AcceptFlags,
  { text, file, root, known, compared }: Accepting,
  terminal: Terminal,
): Promise<void> {
  const [{ acceptDifference }, { nearestName }] = await Promise.all([
    import('../config/diff/accept-difference.ts'),
    import('../config/contract/nearest-name.ts'),
  ])
  const usage = (message: string, hint: string): AftergreenError =>
    new AftergreenError('USAGE', message, { hint })
  const ours = compared.differences.filter((it) => it.key === key)
  if (ours.length === 0) {
    const near = known.includes(key) ? undefined : nearestName(key, new Set(known))
    throw usage(
      known.includes(key)
        ? `${key} does not differ: there is nothing to accept.`
        : `Neither environment sets ${key}.`,
      near === undefined
        ? 'Run the command without --accept to see what differs.'
        : `Is ${near} meant?`,
    )
  }
  const broken = ours.find(({ violated }) => violated)?.rule
  if (broken !== undefined) {
    throw usage(
      `The contract forbids it: ${broken.id}.`,
      'Change that rule first; an acceptance does not outweigh it.',
    )
  }
  const acceptance = {
    key,
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
  }
  const name = relative(root, file)
  await writeWhole(file, acceptDifference(text, name, acceptance))
  terminal.say(
    `${name}: ${key} may differ between environments${expires === undefined ? '' : `, until ${expires}`}.`,
  )
}

/** Whole or not at all; through a symbolic link, and with the rights that the file had. */
async function writeWhole(path: string, text: string): Promise<void> {
  const real = await realpath(path).catch(() => path)
  const temporary = `${real}.${randomUUID()}`
  try {
    const mode = (await stat(real).catch(() => undefined))?.mode
    await writeFile(temporary, text, { flush: true, ...(mode === undefined ? {} : { mode }) })
    await rename(temporary, real)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new AftergreenError('CONFIG_OUTPUT', `The file ${path} cannot be written.`, {
      hint: 'The folder must exist, and this user must be allowed to write in it.',
      cause: error,
    })
  }
}
