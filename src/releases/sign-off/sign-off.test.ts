import { expect, test } from 'vitest'
import type { AftergreenError } from '../../errors.ts'
import { sampleFinding, sampleVerdict } from '../testing/sample-verdict.ts'
import type { BlindSpot, Verdict } from '../verdict.ts'
import { withIds } from './blind-spot-id.ts'
import { blockersOf } from './blockers.ts'
import { makeSignOff } from './make-sign-off.ts'
import { signOffState } from './sign-off-state.ts'

const spot = (changes: Partial<BlindSpot>): BlindSpot => ({
  kind: 'low-traffic',
  title: 'x',
  detail: '',
  ...changes,
})
const gap = spot({ kind: 'telemetry-gap', title: 'The candidate 2.0.0 has sent nothing for 3 min' })
const quiet = spot({ subject: 'plan = "free"', title: 'plan = "free": only 3 candidate requests' })
const open = { requirement: 'failures stay below 2 times', state: 'open', progress: 0.3 } as const
const soak = { requirement: 'watched', state: 'open', progress: 0, onlyForDone: true } as const

function held(changes: Partial<Verdict> = {}): Verdict {
  const verdict = sampleVerdict({
    findings: [],
    blindSpots: [gap, quiet],
    evidencePlan: [open, soak],
    ...changes,
  })
  return withIds(verdict)
}

const idsOf = ({ blindSpots }: Verdict): (string | undefined)[] => blindSpots.map(({ id }) => id)

function refusal(verdict: Verdict, accept: string[]): AftergreenError {
  try {
    makeSignOff(verdict, { accept, by: 'a', note: 'n' }, [], 0)
  } catch (error) {
    return error as AftergreenError
  }
  throw new Error('it was not refused')
}

test('the name of a blind spot stays while its numbers move, and tells subjects apart', () => {
  const later = held({
    blindSpots: [
      { ...gap, title: 'The candidate 2.0.0 has sent nothing for 45 min' },
      { ...quiet, title: 'plan = "free": only 28 candidate requests' },
    ],
  })
  expect(idsOf(later)).toEqual(idsOf(held()))
  const unseen = held({ blindSpots: [gap, { ...quiet, kind: 'not-exercised' }] })
  expect(idsOf(unseen)).toEqual(idsOf(held()))
  const values = [200, 404].map((value) => spot({ subject: `status = ${value}` }))
  expect(new Set(idsOf(held({ blindSpots: values }))).size).toBe(2)
  expect(new Set(idsOf(held({ blindSpots: [quiet, quiet] }))).size).toBe(2)
})

test('a hold is kept by gaps, open requirements and findings; the soak and quiet values do not keep it', () => {
  const finding = sampleFinding({ explains: ['f2'] })
  const verdict = held({ findings: [finding, sampleFinding({ id: 'f2' })] })
  expect(blockersOf(verdict).map(({ what, title }) => [what, title])).toEqual([
    ['blind-spot', gap.title],
    ['requirement', `Not proven: ${open.requirement}`],
    ['finding', finding.title],
  ])
  expect(blockersOf(held({ verdict: 'proceed' }))).toEqual([])
  const bare = held({ blindSpots: [quiet], evidencePlan: [soak] })
  expect(blockersOf(bare)).toMatchObject([{ id: 'nothing-tested' }])
})

test('a sign-off names everything that keeps the release at hold, and nothing that is not there', () => {
  const verdict = held()
  const [gapId, quietId] = idsOf(verdict) as [string, string]
  const requirement = verdict.evidencePlan[0]!.id!
  const error = refusal(verdict, [gapId, 'nope'])
  expect(error).toMatchObject({ code: 'SIGN_OFF_INCOMPLETE', exitCode: 64 })
  expect(error.message).toContain('This verdict has no nope.')
  expect(error.message).toContain(requirement)
  expect(error.message).not.toContain(gapId)
  expect(error.hint).toContain(`--accept ${requirement}`)
  const request = { accept: [requirement, quietId, gapId], by: 'ada', note: 'watched by hand' }
  const signOff = makeSignOff(verdict, request, [], Date.parse('2026-03-02T11:00:00Z'))
  expect(signOff).toMatchObject({ at: '2026-03-02T11:00:00.000Z', by: 'ada' })
  expect(signOff.accepted.map(({ id }) => id)).toEqual([gapId, requirement, quietId])
})

test('only a hold can be signed off', () => {
  const rollback = refusal(held({ verdict: 'rollback', headline: 'Roll back.' }), ['x'])
  expect(rollback.code).toBe('SIGN_OFF_REFUSED')
  expect(rollback.message).toContain('harm is proven, not unseen. Roll back.')
  expect(refusal(held({ verdict: 'proceed' }), []).code).toBe('SIGN_OFF_REFUSED')
  expect(refusal(held({ phase: 'superseded' }), []).code).toBe('SIGN_OFF_REFUSED')
})

test('a sign-off stands until something else keeps the release at hold', () => {
  const verdict = held()
  const accept = blockersOf(verdict).map(({ id }) => id)
  const signOff = makeSignOff(verdict, { accept, by: 'ada', note: 'n' }, [], 0)
  expect(signOffState(verdict, [signOff])).toMatchObject({ standing: true, open: [] })
  const found = held({ findings: [sampleFinding()] })
  expect(signOffState(found, [signOff])).toMatchObject({ standing: false, open: [{ id: 'f1' }] })
  const more = makeSignOff(found, { accept: ['f1'], by: 'bob', note: 'n' }, [signOff], 1)
  expect(signOffState(found, [signOff, more])).toMatchObject({ standing: true })
  expect(signOffState(held({ verdict: 'rollback' }), [signOff, more]).standing).toBe(false)
  expect(signOffState(verdict, []).standing).toBe(false)
})
