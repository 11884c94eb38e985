/** Keys that a sample or schema promises an effect of, and nothing reads: `declared-unread`. Pure. */
import type { ConfigFinding } from '../config-finding.ts'
import { findingId } from '../finding-id.ts'
import type { Declaration } from '../declarations/declaration.ts'
import { phaseOf } from '../repository/phase-of.ts'
import type { ScanKey, UnreadReason } from './scan-keys.ts'
import { isPromise } from './scan-keys.ts'
import { twinOf } from './scan-undeclared.ts'

/** Reasons that leave a doubt; the others explain why the key stands there. */
const told: Partial<Record<UnreadReason, { evidence: ConfigFinding['evidence']; text: string }>> = {
  nobody: { evidence: 'proved', text: 'nothing in the repository reads it' },
  'read-in-tests': { evidence: 'proved', text: 'only tests read it' },
  'whole-object': {
    evidence: 'inferred',
    text: 'nothing names it, although the whole environment is handed on there, to something that may read it',
  },
}

/** Names that only show the form of a line. */
const placeholder = /^(KEY|NAME|VALUE|VARIABLE|VAR|FOO|BAR|BAZ|EXAMPLE|MY_\w*|YOUR_\w*|SOME_\w*)$/

/** A sample of tests or examples promises nothing of the program. */
const promisesForRun = (declaration: Declaration): boolean =>
  isPromise(declaration) && phaseOf(declaration.location.file) !== 'test'

/** Declared keys that nothing reads, without those that are explained. */
export function unreadKeys(keys: readonly ScanKey[]): ScanKey[] {
  const read = new Set(
    keys.filter(({ reads }) => reads.length > 0).map(({ key }) => key.toUpperCase()),
  )
  const seen = new Set<string>()
  return keys.filter(({ key, unread, declarations, reads }) => {
    if (unread === undefined || told[unread] === undefined || !declarations.some(promisesForRun)) {
      return false
    }
    if (seen.has(key) || placeholder.test(key)) return false
    seen.add(key)
    if (reads.length > 0) return true
    const name = key.toUpperCase()
    return !read.has(name) && !read.has(twinOf(name))
  })
}

export function unreadFindings(unread: readonly ScanKey[]): ConfigFinding[] {
  return unread.map(({ key, component, declarations, reads, unread: reason = 'nobody' }) => {
    const why = told[reason] ?? told.nobody!
    const places = declarations.filter(promisesForRun).map(({ location }) => location)
    const body = {
      rule: 'declared-unread',
      key,
      component,
      environments: [],
      locations: [...places, ...reads.map(({ location }) => location)].slice(0, 20),
    }
    return {
      id: findingId(body),
      ...body,
      severity: reason === 'nobody' ? ('warning' as const) : ('note' as const),
      evidence: why.evidence,
      message: `${key} is declared, but ${why.text} (${reason}).`,
      hint: `Remove ${key} from the declaration, or read it: whoever sets it believes that it has an effect.`,
    }
  })
}
