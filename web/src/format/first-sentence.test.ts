import { expect, test } from 'vitest'
import { firstSentence } from './first-sentence.ts'

test('a headline is divided after its first sentence, not within a number or a version', () => {
  expect(firstSentence('Hold a 2.0.0: 1.5 of b. Furthest from proof: c. About 3 more.')).toEqual({
    first: 'Hold a 2.0.0: 1.5 of b.',
    rest: 'Furthest from proof: c. About 3 more.',
  })
  expect(firstSentence('Proceed.')).toEqual({ first: 'Proceed.', rest: '' })
})
