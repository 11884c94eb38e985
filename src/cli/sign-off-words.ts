import type { SignOff } from '../releases/sign-off/sign-off.ts'
import type { Verdict } from '../releases/verdict.ts'
import { verdictExitCode } from './exit-code.ts'
import { formatTime } from './format-value.ts'

/** The exit code of a command that ends with a verdict: a hold that somebody has signed off does not stop a pipeline. */
export function exitCodeOfVerdict(verdict: Verdict): number {
  return verdict.signOff?.standing === true ? 0 : verdictExitCode[verdict.verdict]
}

/** Each sign-off: who, when and why, and a line for each thing that it accepts; what one before accepted is only counted. */
export function eachSignOff(signOffs: readonly SignOff[]): { line: string; accepted: string[] }[] {
  const known = new Set<string>()
  return signOffs.map(({ at, by, note, accepted }) => {
    const fresh = accepted.filter(({ id }) => !known.has(id))
    for (const { id } of fresh) known.add(id)
    const again = accepted.length - fresh.length
    return {
      line: `${by} accepted unseen, ${formatTime(at)}: "${note}"`,
      accepted: [
        ...fresh.map(({ id, title }) => `- ${title} [${id}]`),
        ...(again === 0 ? [] : [`- ${again} accepted before`]),
      ],
    }
  })
}

/** Who accepted what unseen, and whether that is all of it; empty where nobody did. */
export function signOffLines({ signOff, verdict }: Verdict): string[] {
  if (signOff === undefined) return []
  const lines = eachSignOff(signOff.signOffs).flatMap(({ line, accepted }) => [line, ...accepted])
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
