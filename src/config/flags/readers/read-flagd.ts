import { defined } from '../../defined.ts'
import { fieldOf, pairsOf, stringOf } from '../../readers/json-text.ts'
import type { Flag, Outcome } from '../flag.ts'
import { targetingRules } from './flagd-targeting.ts'
import type { FlagDocument, FlagsRead } from './flags-read.ts'
import { kindOf, purposeOf, timeOf } from './flags-read.ts'

/** A flag file of flagd: `flags` as a map, or as a list with `key` (flagd.dev/schema/v0/flags.json). */
export function readFlagd(document: FlagDocument): FlagsRead {
  const { file, value, lineOf, environment } = document
  const found: FlagsRead = { flags: [], unread: [] }
  const listed = fieldOf(value, 'flags')
  const entries: [string, unknown][] = Array.isArray(listed)
    ? listed.map((flag: unknown) => [stringOf(flag, 'key') ?? '', flag])
    : pairsOf(value, 'flags')
  const evaluators = new Map(pairsOf(value, '$evaluators'))
  const common = fieldOf(value, 'metadata')
  for (const [key, flag] of entries) {
    const location = { file, line: lineOf(key) }
    const state = stringOf(flag, 'state')
    const variants = pairsOf(flag, 'variants').map(([name, it]) => ({ name, value: it }))
    if (key === '' || flag === null || typeof flag !== 'object' || Array.isArray(flag)) {
      found.unread.push({ location, reason: 'A flag here is no object, or has no key.' })
      continue
    }
    if (state !== undefined && state !== 'ENABLED' && state !== 'DISABLED') {
      const reason = `The state of the flag ${key} is neither ENABLED nor DISABLED.`
      found.unread.push({ location, reason })
      continue
    }
    const metadata = (name: string): unknown =>
      fieldOf(flag, 'metadata', name) ?? fieldOf(common, name)
    const given = fieldOf(flag, 'defaultVariant')
    const fallthrough: Outcome =
      typeof given === 'string' ? { is: 'variant', variant: given } : { is: 'code-default' }
    const targeting = fieldOf(flag, 'targeting')
    const hasRules =
      targeting !== null && typeof targeting === 'object' && Object.keys(targeting).length > 0
    const made: Flag = {
      key,
      platform: 'flagd',
      kind: kindOf(variants.map((it) => it.value)),
      variants,
      environments: [
        {
          name: environment,
          on: state !== 'DISABLED',
          rules: hasRules ? targetingRules(targeting, evaluators) : [],
          fallthrough,
          off: { is: 'code-default' },
          prerequisites: [],
          location,
        },
      ],
      archived: false,
      markedStale: metadata('stale') === true,
      location,
      ...defined({
        purpose: purposeOf(metadata('type') ?? metadata('kind'), key),
        createdAt: timeOf(metadata('createdAt') ?? metadata('created')),
        expiresAt: timeOf(metadata('expiresAt') ?? metadata('expires') ?? metadata('expiry')),
      }),
    }
    found.flags.push(made)
  }
  return found
}
