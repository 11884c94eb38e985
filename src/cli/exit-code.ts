import type { VerdictKind } from '../releases/verdict.ts'

/** Exit codes of every command that ends with a verdict. */
export const verdictExitCode: Record<VerdictKind, number> = { proceed: 0, rollback: 1, hold: 2 }

/** The exit codes as help shows them. */
export const exitCodeHelp = `Exit codes:
  0   proceed, or a hold that somebody has signed off
  1   rollback
  2   hold: the evidence does not suffice, for either
  64  wrong usage
  70  something failed inside`
