import { createColors } from 'picocolors'

import type { MutationAnswer } from '../config/mutate/mutation-report.ts'
import { countOf } from '../config/report/finding-words.ts'
import type { RenderOptions } from './render-verdict.ts'

/** The score, who noticed, and what counts for nothing. The survivors themselves are findings. */
export function renderMutation(
  { score }: Pick<MutationAnswer, 'score'>,
  { colour }: RenderOptions,
): string {
  const { bold, dim } = createColors(colour)
  if (score.mutants === 0) return ''
  const { noticed, counted, interval } = score
  const sample =
    interval === null ? '' : `, 95 %: ${percent(interval.low)} to ${percent(interval.high)}`
  const lines = [
    `${bold('Noticed')}               ${percent(score.score)} ${dim(`${noticed} of ${countOf(counted, 'wrong value')}${sample}`)}`,
    `${bold('By what is at stake')}   ${percent(score.weighted)}`,
    '',
    ...score.byKiller.map(({ killer, mutants }) => `  ${String(mutants).padStart(5)}  ${killer}`),
  ]
  const others = [
    [score.equivalent, 'equivalent'],
    [score.unstable, 'unstable'],
    [score.notRun, 'not run'],
  ] as const
  for (const [count, words] of others) {
    if (count > 0) lines.push(dim(`  ${String(count).padStart(5)}  ${words}, counts for nothing`))
  }
  return lines.join('\n')
}

const percent = (share: number | null): string =>
  share === null ? '-' : `${Math.floor(100 * share)} %`
