import { createColors } from 'picocolors'

import { coverageRatios } from '../config/coverage/cover-keys.ts'
import type { CoverageLevel, KeyCoverage } from '../config/coverage/key-coverage.ts'
import { countOf } from '../config/report/finding-words.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf } from './wrap-text.ts'

const mostKeys = 2000

const levelWords: Record<CoverageLevel, string> = {
  C0: 'declared',
  C1: 'bound in the environment',
  C2: 'found in the code, not read in the run',
  C3: 'read in the run',
  C4: 'another value made a difference',
  C5: 'a wrong value was noticed',
}

/** The two ratios, and how many keys came how far; with `all`, every key in a line. */
export function renderCoverage(
  keys: readonly KeyCoverage[],
  { colour, width }: RenderOptions,
  all: boolean,
): string {
  const { bold, dim } = createColors(colour)
  const { inCode, read, noticed, levels } = coverageRatios(keys)
  if (inCode === 0) return ''
  const percent = (count: number): string => `${Math.floor((100 * count) / inCode)} %`
  const lines = [
    `${bold('Read in the run')}       ${percent(read)} ${dim(`${read} of ${inCode} keys`)}`,
    `${bold('Wrong value noticed')}   ${percent(noticed)} ${dim(`${noticed} of ${inCode} keys`)}`,
    '',
    ...Object.entries(levelWords)
      .toReversed()
      .flatMap(([level, words]) => {
        const count = levels[level as CoverageLevel]
        return count === 0 ? [] : [`  ${level}  ${String(count).padStart(5)}  ${dim(words)}`]
      }),
  ]
  if (!all) return lines.join('\n')
  const shown = keys.filter((key) => key.inCode).slice(0, mostKeys)
  const names = Math.min(48, Math.max(0, ...shown.map(({ key }) => columnsOf(key))))
  lines.push('')
  for (const key of shown) {
    const line = `  ${key.level}  ${cleanText(key.key).padEnd(names)}  ${factsOf(key)}`
    const room = Math.max(60, width)
    lines.push(columnsOf(line) <= room ? line : `${line.slice(0, room - 1)}…`)
  }
  if (inCode > shown.length)
    lines.push(dim(`  and ${inCode - shown.length} more; --json lists all`))
  return lines.join('\n')
}

function factsOf({ traced, reads, bound }: KeyCoverage): string {
  const place = traced?.places[0] ?? reads[0]
  const parts = [
    ...(traced === null ? [] : [countOf(traced.processes, 'process', 'processes')]),
    ...(traced === null || traced.shapes.length === 0 ? [] : [traced.shapes.join(' or ')]),
    ...(traced === null || traced.tests.length === 0
      ? []
      : [countOf(traced.tests.length, 'test file')]),
    ...(place === undefined ? [] : [`${place.file}:${place.line}`]),
    ...(bound === null ? [] : [`bound in ${bound.location.file}:${bound.location.line}`]),
  ]
  return parts.map(cleanText).join(', ')
}
