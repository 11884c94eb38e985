import { z } from 'zod'
import { AftergreenError } from '../../errors.ts'
import { bindingSources } from '../binding.ts'
import { isKeyName } from '../drift/config-reporter.ts'
import { configSnapshotFormat } from './config-snapshot.ts'
import type { ConfigSnapshot } from './config-snapshot.ts'

const print = z.string().regex(/^[0-9a-f]{16}$/)
const line = z
  .string()
  .max(4096)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u)
const place = { file: line, line: z.int().positive() }

const schema = z.object({
  format: z.literal(configSnapshotFormat),
  environment: line.min(1),
  release: line.nullable(),
  takenAt: z.iso.datetime(),
  keyId: print,
  contractDigest: print.nullable(),
  digest: print,
  inputs: z
    .array(
      z.object({
        key: z.string().refine(isKeyName),
        component: line,
        phase: z.enum(['build', 'deploy', 'run', 'test']),
        state: z.enum(['set', 'empty', 'unset', 'reference', 'unknown']),
        fingerprint: print,
        source: z.enum(bindingSources),
        ...place,
        delivery: z.enum(['per-revision', 'shared-mutable']).nullable(),
        exposure: z.enum(['boot', 'request', 'error-path', 'build', 'unknown']).nullable(),
      }),
    )
    .max(1_000_000),
  unread: z.array(z.object({ ...place, reason: line })).max(100_000),
})

/** Reads a snapshot that may come from anywhere. @throws CONFIG_SNAPSHOT; the message holds nothing of the text. */
export function parseSnapshot(text: string, name: string): ConfigSnapshot {
  let plain: unknown
  try {
    plain = JSON.parse(text)
  } catch {
    // the message of the parser quotes what it read
    plain = undefined
  }
  const parsed = schema.safeParse(plain)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.') ?? ''
  const field = /^[\w.]{1,60}$/.test(path) ? ` The field ${path} is not what it should be.` : ''
  throw new AftergreenError(
    'CONFIG_SNAPSHOT',
    `${name} is no snapshot of a configuration.${field}`,
    {
      hint: 'Make one with: aftergreen config snapshot --environment NAME --out FILE',
    },
  )
}
