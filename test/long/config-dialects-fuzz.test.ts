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

const present = (Object.keys(oracles) as Dialect[]).filter(
  (dialect) => (dialect !== 'python' || pythonPresent) && (dialect !== 'systemd' || systemdPresent),
)

// bash and systemd are a process for each text
const counts: Partial<Record<Dialect, number>> = { shell: 2_000, systemd: 2_000 }

test.each(present)('%s: 10,000 made texts (2,000 where each is a process) agree', (dialect) => {
  const texts = forOracle(dialect, madeTexts(20_261_123, counts[dialect] ?? 10_000))
  const answers = oracleAnswer(dialect, texts)
  const differing = texts.filter(
    (text, index) => !isDeepStrictEqual(plain(ours(text, dialect)), plain(answers[index])),
  )
  expect(differing).toEqual([])
})

/** Without the prototypes that parsers give their objects. */
function plain(answer: unknown): unknown {
  return typeof answer === 'object' ? { ...answer } : answer
}
