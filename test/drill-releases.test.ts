import { expect, test } from 'vitest'
import { runCommand } from './cli/run-command.ts'

const peeking = ['drill', 'releases', '--plant-bug', 'peeking', '--json']

test('a judge that peeks is noticed: the drill ends with 1 and says which bar broke', async () => {
  const { code, out, err } = await runCommand([
    ...peeking,
    '--kinds',
    'healthy,crash',
    '--count',
    '9',
  ])
  expect(code).toBe(1)
  const drilled = JSON.parse(out)
  expect(drilled).toMatchObject({ releases: 9, complete: true, plantedBug: 'peeking' })
  expect(drilled.bars[1]).toMatchObject({ name: 'Healthy releases rolled back', holds: false })
  expect(err).toContain('9/9')
  // one release alone is the same as among others
  const crash = drilled.scores.find(({ kind }: { kind: string }) => kind === 'crash')
  const only = await runCommand([...peeking, '--only', String(crash.number)])
  expect(JSON.parse(only.out).scores).toEqual([crash])
})

test('what cannot be drilled is refused', async () => {
  const [kind, count] = await Promise.all([
    runCommand(['drill', 'releases', '--kinds', 'crash,comet']),
    runCommand(['drill', 'releases', '--count', '0']),
  ])
  expect(kind).toMatchObject({ code: 64, out: '' })
  expect(kind.err).toContain('Give some of healthy, crash')
  expect(count).toMatchObject({ code: 64, out: '' })
})
