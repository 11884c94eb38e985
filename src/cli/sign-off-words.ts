import type { Verdict } from '../releases/verdict.ts'
import { verdictExitCode } from './exit-code.ts'
import { formatTime } from './format-value.ts'

/** The exit code of a command that ends with a verdict: a hold that somebody has signed off does not stop a pipeline. */
export function exitCodeOfVerdict(verdict: Verdict): number {
  return verdict.signOff?.standing === true ? 0 : verdictExitCode[verdict.verdict]
}

/** Who accepted what unseen, and whether that is all of it; empty where nobody did. */
export function signOffLines({ signOff, verdict }: Verdict): string[] {
  if (signOff === undefined) return []
  const lines = signOff.signOffs.flatMap(({ at, by, note, accepted }) => [
    `${by} accepted unseen, ${formatTime(at)}: "${note}"`,
    ...accepted.map(({ id, title }) => `- ${title} [${id}]`),
  ])
  if (signOff.standing) return [...lines, 'The sign-off stands: the release may go on.']
  if (verdict === 'rollback')
    return [...lines, 'It does not cover what has been found since: roll back.']
  if (verdict === 'proceed') return [...lines, 'The verdict has no need of it any more.']
  return [
    ...lines,
    'It does not cover all that keeps the release at hold now. Not accepted:',
    ...signOff.open.map(({ id, title }) => `- ${title} [${id}]`),
  ]
}
