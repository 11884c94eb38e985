import { RedactionRules } from '../store/guard/redaction-rules.ts'

const rules = new RedactionRules()
const longest = 200

/** The path of a request as it may be logged and told: readable, without secrets, and not too long. */
export function shownPath(path: string): string {
  const shown = rules.redactText(readable(path.slice(0, 4 * longest)), () => {})
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown
}

function readable(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
