import { expect, it } from 'vitest'
import { environmentWords } from './environment-words.ts'
import { pairComponents } from './pair-components.ts'

const words = [environmentWords('staging'), environmentWords('production')] as const
const pairs = (first: string[], second: string[]): Record<string, string> =>
  Object.fromEntries(pairComponents(first, second, words).forward)

it('finds the same component under the names that formats give it', () => {
  expect(pairs(['api', 'worker'], ['worker', 'api'])).toEqual({ api: 'api', worker: 'worker' })
  expect(pairs(['api-staging', 'web-staging'], ['api-prod', 'web-prod'])).toEqual({
    'api-staging': 'api-prod',
    'web-staging': 'web-prod',
  })
  expect(
    pairs(['api', 'web'], ['aws_ecs_task_definition.app/web', 'aws_ecs_task_definition.app/api']),
  ).toEqual({
    api: 'aws_ecs_task_definition.app/api',
    web: 'aws_ecs_task_definition.app/web',
  })
  expect(pairs(['api', 'web'], ['shop-api', 'shop-web'])).toEqual({
    api: 'shop-api',
    web: 'shop-web',
  })
  expect(pairs(['one'], ['other'])).toEqual({ one: 'other' })
})

it('guesses nothing where two could be meant', () => {
  expect(pairs(['a/api', 'b/api'], ['api'])).toEqual({})
  const { forward, onlyFirst, onlySecond } = pairComponents(
    ['api', 'x'],
    ['a-api', 'b-api', 'y'],
    words,
  )
  expect([...forward]).toEqual([])
  expect([onlyFirst, onlySecond]).toEqual([
    ['api', 'x'],
    ['a-api', 'b-api', 'y'],
  ])
})
