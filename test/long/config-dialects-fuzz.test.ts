import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import type { Dialect } from '../../src/config/binding.ts'
import { forOracle, oracleAnswer } from '../config-dialects-comparison.ts'
import {
  madeTexts,
  oracles,
  ours,
  pythonPresent,
  systemdPresent,
} from '../config-dialects-oracles.ts'
import { askProgram, programPresent } from '../config-dialects-programs.ts'
import { probes } from '../config-dialects-table.ts'

const seed = 20_261_123
const present = (Object.keys(oracles) as Dialect[]).filter(
  (dialect) => (dialect !== 'python' || pythonPresent) && (dialect !== 'systemd' || systemdPresent),
)

// a process for each text; of these most are not for bash, or not for systemd
const counts: Partial<Record<Dialect, number>> = { shell: 3_000, systemd: 2_000 }

test.each(present)('%s: 10,000 made texts (fewer where each is a process) agree', (dialect) => {
  const texts = forOracle(dialect, madeTexts(seed, counts[dialect] ?? 10_000))
  const answers = oracleAnswer(dialect, texts)
  const differing = texts.filter(
    (text, index) => !isDeepStrictEqual(plain(ours(text, dialect)), plain(answers[index])),
  )
  expect(differing).toEqual([])
})

const programs = (
  [
    ['docker', 200],
    ['kubectl', 30],
  ] as const
).filter(([program]) => programPresent(program))

test.each(programs)(
  '%s itself reads every probe line and %i made texts so',
  async (program, count) => {
    const texts = [...probes, ...madeTexts(seed, count)]
    const answers = await askProgram(program, texts)
    for (const [index, text] of texts.entries()) {
      expect({ text, answer: ours(text, program) }).toEqual({ text, answer: answers[index] })
    }
  },
)

/** Without the prototypes that parsers give their objects. */
function plain(answer: unknown): unknown {
  return typeof answer === 'object' ? { ...answer } : answer
}
